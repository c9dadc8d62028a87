// Reviewing one open section: its suggestions as cards, decided live. Loaded when a section has suggestions.
import { EditorView, Prec, StateEffect, keymap } from "../../vendor/codemirror.js";
import { Acting, alike } from "./acting.js";
import { Cards } from "./cards.js";
import { Decisions } from "./decisions.js";
import { aboutOf, concerning, mayUndo, spoken } from "./facts.js";
import { element } from "./frame.js";
import { chooseSuggestion, currentSuggestion, setMarksView, suggestionAt } from "./marks.js";
import { sentence } from "./proposal_words.js";
import { proposalsOf } from "./proposals.js";
import { me, sidesField } from "./queue.js";
import { ReviewBar } from "./review_bar.js";
import { seenOf } from "./seen.js";

/** @import { ViewUpdate } from "@codemirror/view" */
/** @import { Proposal } from "./proposals.js" */
/** @import { Section } from "./section.js" */
/** @import { Row } from "./tracking.js" */
/** @import { Words } from "./proposal_words.js" */

const REFRESH_MS = 120;
const ANNOUNCE_MS = 1_500;
const NOTICE_MS = 600;

export class Review {
  /** @param {Section} section @param {EditorView} view @param {Words} words */
  constructor(section, view, words) {
    this.section = section;
    this.view = view;
    this.words = words;
    /** @type {Proposal[]} */
    this.proposals = [];
    /** What each card shows, and what a decision on it quotes. @type {Map<string, {proposal: Proposal, seen: string}>} */
    this.shown = new Map();
    /** @type {Map<string, {text: string, was: string, at: number}>} */
    this.notices = new Map();
    this.acting = new Acting(this);
    /** @type {{text: string, undo: readonly number[]} | null} */
    this.message = null;
    this.current = "";
    this.decisions = new Decisions(section, words, () => this.refreshSoon());
    this.bar = new ReviewBar(words, {
      step: (by) => this.step(by, true),
      showFresh: () => this.refresh(true),
      tick: (organisation) => this.acting.tick(organisation),
      untick: () => this.acting.tickNone(),
      decideTicked: (decide, reason) => void this.acting.decideTicked(decide, reason),
      undo: (revisions) => void this.acting.undo(revisions),
      showMarks: (shown) => setMarksView(view, shown),
    });
    this.column = element("section", "cards");
    this.column.setAttribute("aria-label", words.region(section.title));
    this.column.append(this.bar.element);
    this.cards = new Cards(view, this.column, words.region(section.title), words, {
      decide: (id, decide, reason) => void this.acting.decide(id, decide, reason),
      choose: (id) => this.choose(id, { isMoving: true, isFocused: this.cards.list.contains(document.activeElement) }),
      tick: (id, isTicked) => this.acting.tickOne(id, isTicked),
      undo: (id, revision) => void this.acting.undo([revision], id),
      resized: () => this.draw(true),
      reasons: section.reviewing.reasons,
    });
    this.begin();
  }

  get sync() {
    return this.section.sync;
  }

  /** Whether this person may accept and reject. */
  get decides() {
    return this.sync?.decides ?? false;
  }

  get tracked() {
    return this.view.state.field(sidesField).screen;
  }

  begin() {
    const { view, section, column } = this;
    const top = view.coordsAtPos(view.state.selection.main.head)?.top;
    section.frame.place.append(column);
    section.frame.place.classList.add("has-cards");
    reviewing(section.page.root, true);
    this.onScroll = () => window.requestAnimationFrame(() => this.draw(!this.cards.isHeld));
    window.addEventListener("scroll", this.onScroll, { passive: true });
    window.addEventListener("resize", this.onScroll);
    const left = () => window.setTimeout(() => !this.cards.isHeld && this.refresh(), 0);
    column.addEventListener("pointerleave", left);
    column.addEventListener("focusout", left);
    column.addEventListener("keydown", (event) => this.pressed(event));
    view.dispatch({ effects: StateEffect.appendConfig.of([
      EditorView.updateListener.of((update) => this.updated(update)),
      EditorView.domEventHandlers({ click: (event) => this.clicked(event) }),
      Prec.high(keymap.of([
        { key: "Alt-ArrowDown", run: () => this.step(1, false), preventDefault: true },
        { key: "Alt-ArrowUp", run: () => this.step(-1, false), preventDefault: true },
        { key: "Alt-Enter", run: () => this.toCard(), preventDefault: true },
      ])),
    ]) });
    this.refresh();
    // The text is narrower now: what the writer sees stays where it was.
    const now = view.coordsAtPos(view.state.selection.main.head)?.top;
    if (view.hasFocus && top !== undefined && now !== undefined) window.scrollBy(0, now - top);
    void this.decisions.load();
  }

  destroy() {
    if (this.onScroll) {
      window.removeEventListener("scroll", this.onScroll);
      window.removeEventListener("resize", this.onScroll);
    }
    for (const timer of [this.timer, this.freshTimer, this.noticeTimer]) window.clearTimeout(timer);
    this.isOver = true;
    this.cards.destroy();
    this.column.remove();
    this.section.frame.place.classList.remove("has-cards");
    if (!document.querySelector(".has-cards")) reviewing(this.section.page.root, false);
  }

  // --- What is shown ---

  /** @param {ViewUpdate} update */
  updated(update) {
    if (update.startState.field(sidesField) !== update.state.field(sidesField)) this.refreshSoon();
    else if (update.geometryChanged && !this.cards.isHeld) window.requestAnimationFrame(() => this.draw(true));
    const at = update.state.field(currentSuggestion, false);
    if (at && at !== this.current && at !== update.startState.field(currentSuggestion, false)) {
      // Whoever types has the next key before the cards move.
      this.current = at;
      this.isSilent = true;
      this.refreshSoon();
    }
  }

  /** Rows of the log have come. @param {readonly Row[]} rows */
  rows(rows) {
    this.decisions.take(rows);
  }

  refreshSoon() {
    if (!this.timer && !this.isOver) this.timer = window.setTimeout(() => this.refresh(), REFRESH_MS);
  }

  /** Reads the suggestions anew; cards move, come and go only while the reader is not at them. */
  refresh(isAsked = false) {
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (this.isOver) return; // A decision was under way when the section was closed.
    const { tracked } = this;
    this.proposals = concerning(this, proposalsOf(tracked));
    const seen = seenOf(tracked, this.proposals.map(({ id }) => id));
    const mayMove = isAsked || !this.shown.size || !this.cards.isHeld;
    const attended = mayMove && !this.cards.isSheet ? [] : [...this.cards.attended, this.current];
    const before = this.shown;
    const now = new Map(this.proposals.map((proposal) => [proposal.id, { proposal, seen: seen[proposal.id] }]));
    for (const [id, { proposal }] of before) {
      const fresh = now.get(id)?.proposal;
      const byMe = fresh && fresh.author === this.person && fresh.touched >= proposal.touched;
      if (fresh && !byMe && attended.includes(id) && !alike(proposal, fresh)) this.notice(proposal, fresh);
    }
    this.shown = mayMove ? now : new Map([...before].map(([id, one]) => [id, now.get(id) ?? one]));
    if (mayMove) for (const id of this.notices.keys()) if (!attended.includes(id) && id !== this.current) this.notices.delete(id);
    this.acting.look(now);
    if (before.size) this.announceFresh([...now.values()].filter(({ proposal: { id, author } }) => !before.has(id) && author !== this.person));
    if (!this.shown.has(this.current)) this.current = "";
    this.draw(mayMove);
  }

  get person() {
    return this.view.state.facet(me).person;
  }

  /** A suggestion changed while it was being read. @param {Proposal} before @param {Proposal} fresh */
  notice(before, fresh) {
    const { words } = this;
    const was = this.notices.get(before.id)?.was || sentence(before, words);
    const text = `${(fresh.touched > before.touched ? words.changedByAuthor : words.changedAround)(was)}.${this.decides ? ` ${words.decideAgain}` : ""}`;
    this.notices.set(before.id, { text, was, at: Date.now() });
    window.clearTimeout(this.noticeTimer); // Once, while its author goes on typing.
    this.noticeTimer = window.setTimeout(() => this.section.page.announce(text), NOTICE_MS);
  }

  /** @param {readonly unknown[]} fresh */
  announceFresh(fresh) {
    if (!fresh.length) return;
    this.freshSaid = (this.freshSaid ?? 0) + fresh.length;
    window.clearTimeout(this.freshTimer);
    this.freshTimer = window.setTimeout(() => {
      this.section.page.announce(this.words.fresh(this.freshSaid ?? 0));
      this.freshSaid = 0;
    }, ANNOUNCE_MS);
  }

  /** @param {boolean} mayMove */
  draw(mayMove) {
    if (this.isOver) return;
    const { tracked } = this;
    const open = this.proposals.map(({ id }) => id);
    const places = new Map(open.map((id, index) => [id, index + 1]));
    const { decides } = this;
    const shown = [...this.shown].map(([id, { proposal }]) => ({
      id, proposal, about: aboutOf(this, proposal, places.get(id) ?? 0, open.length),
    }));
    this.cards.show(shown, this.current, mayMove);
    const { names } = this.section.page;
    /** @type {Map<number, number>} */
    const groups = new Map();
    for (const { organisation } of this.proposals) groups.set(organisation, (groups.get(organisation) ?? 0) + 1);
    this.bar.show({
      count: open.length, place: places.get(this.current) ?? 0, fresh: open.filter((id) => !this.shown.has(id)).length,
      decides, ticked: this.acting.ticked.size, message: this.message,
      groups: [...groups].map(([id, count]) => ({ id, count, ...names.organisation(id) })),
      lines: this.decisions.lines((revision) => mayUndo(this, tracked, revision)),
    });
    this.column.classList.toggle("cards-none", !open.length);
  }

  // --- Going about ---

  /** @param {MouseEvent} event */
  clicked(event) {
    const at = this.view.posAtCoords({ x: event.clientX, y: event.clientY });
    const id = at === null ? null : suggestionAt(this.tracked, at);
    if (id && id !== this.current) this.choose(id, {});
    return false;
  }

  /**
   * Makes a suggestion the current one. `isMoving` also goes to its text, `isFocused` to its card.
   * @param {string} id @param {{isMoving?: boolean, isFocused?: boolean, isStill?: boolean}} options
   */
  choose(id, { isMoving = false, isFocused = false, isStill = false }) {
    if (!this.shown.has(id)) this.refresh(true);
    const one = this.shown.get(id)?.proposal;
    if (!one) return;
    this.current = id;
    this.isSilent = !isMoving && !isFocused;
    if (isMoving && one.changes.length) {
      const at = Math.min(one.start, this.view.state.doc.length);
      const y = this.view.coordsAtPos(at)?.top ?? -1;
      const isSeen = y > 120 && y < window.innerHeight - 160;
      this.view.dispatch({ selection: { anchor: at }, effects: isSeen ? [] : EditorView.scrollIntoView(at, { y: "center" }) });
    }
    if (this.view.state.field(currentSuggestion, false) !== id) this.view.dispatch({ effects: chooseSuggestion.of(id) });
    this.draw(!isStill);
    if (isFocused) this.cards.focus(id);
    if (isMoving || isFocused) this.section.page.announce(spoken(this, one));
  }

  /** To the next or the previous suggestion. @param {number} by @param {boolean} isFocused whether the card takes the focus */
  step(by, isFocused) {
    const ids = this.proposals.map(({ id }) => id);
    if (!ids.length) return true;
    const head = this.view.state.selection.main.head;
    const index = ids.indexOf(this.current);
    const after = this.proposals.findIndex(({ start }) => start >= head);
    // A suggestion at which the caret has just arrived was not named yet.
    const isNew = this.isSilent && by > 0 && head <= this.proposals[index]?.start;
    const next = isNew ? index : index >= 0 ? index + by : by > 0 ? (after < 0 ? 0 : after) : (after <= 0 ? ids.length : after) - 1;
    this.choose(ids[(next + ids.length) % ids.length], { isMoving: true, isFocused });
    return true;
  }

  /** From the text to the card of the current suggestion. */
  toCard() {
    const id = this.current || suggestionAt(this.tracked, this.view.state.selection.main.head) || this.proposals[0]?.id;
    if (id) this.choose(id, { isMoving: true, isFocused: true });
    return Boolean(id);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const { target, key } = event;
    // In a discussion on a card keys are its own; elsewhere letters are not commands where one types or chooses.
    if (!(target instanceof HTMLElement) || target.closest(".card-thread")) return;
    const isPlain = !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey && !target.matches("textarea, select");
    if (event.altKey && (key === "ArrowDown" || key === "ArrowUp") && !target.matches("select")) {
      event.preventDefault();
      this.step(key === "ArrowDown" ? 1 : -1, true);
    } else if (key === "Escape") {
      event.preventDefault();
      this.view.focus();
    } else if (isPlain) {
      const act = { a: "accept", r: "reject" }[key.toLowerCase()];
      const button = act && target.closest(".card")?.querySelector(`[data-act=${act}]`);
      if (!(button instanceof HTMLElement)) return;
      event.preventDefault();
      button.click();
    }
  }
}

/** Gives the margin the room of the outline, or gives it back. @param {HTMLElement} root @param {boolean} isReviewing */
function reviewing(root, isReviewing) {
  const frame = root.closest(".with-outline");
  if (!frame || frame.classList.contains("is-reviewing") === isReviewing) return;
  frame.classList.toggle("is-reviewing", isReviewing);
  const outline = frame.querySelector(".outline details");
  if (outline instanceof HTMLDetailsElement && window.matchMedia("(min-width: 60rem)").matches) outline.open = !isReviewing;
}
