// Reviewing one open section: its suggestions as cards, decided live. Loaded when a section has suggestions.
import { EditorView, Prec, StateEffect, keymap } from "../../vendor/codemirror.js";
import { Acting, alike } from "./acting.js";
import { Cards } from "./cards.js";
import { Decisions } from "./decisions.js";
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
/** @import { Row, Tracked } from "./tracking.js" */
/** @import { Words } from "./proposal_words.js" */

const REFRESH_MS = 120;
const ANNOUNCE_MS = 1_500;

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
    /** @type {Map<string, {text: string, at: number}>} */
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
      choose: (id) => this.choose(id, { isMoving: true }),
      tick: (id, isTicked) => this.acting.tickOne(id, isTicked),
      undo: (id, revision) => void this.acting.undo([revision], id),
      resized: () => this.draw(true),
    });
    this.begin();
  }

  get sync() {
    return this.section.sync;
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
    window.clearTimeout(this.timer);
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
    if (!this.timer) this.timer = window.setTimeout(() => this.refresh(), REFRESH_MS);
  }

  /** Reads the suggestions anew; cards move, come and go only while the reader is not at them. */
  refresh(isAsked = false) {
    window.clearTimeout(this.timer);
    this.timer = 0;
    const { tracked } = this;
    this.proposals = proposalsOf(tracked);
    const seen = seenOf(tracked, this.proposals.map(({ id }) => id));
    const mayMove = isAsked || !this.shown.size || !this.cards.isHeld;
    const attended = mayMove ? "" : this.cards.attended || this.current;
    const before = this.shown;
    const now = new Map(this.proposals.map((proposal) => [proposal.id, { proposal, seen: seen[proposal.id] }]));
    for (const [id, { proposal }] of before) {
      const fresh = now.get(id)?.proposal;
      if (fresh && id === attended && !alike(proposal, fresh)) this.notice(proposal, fresh);
    }
    this.shown = mayMove ? now : new Map([...before].map(([id, one]) => [id, now.get(id) ?? one]));
    if (mayMove) for (const id of this.notices.keys()) if (id !== this.current) this.notices.delete(id);
    for (const id of this.acting.ticked) if (!now.has(id)) this.acting.ticked.delete(id);
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
    const was = sentence(before, words);
    const text = `${(fresh.touched > before.touched ? words.changedByAuthor : words.changedAround)(was)}. ${words.decideAgain}`;
    this.notices.set(before.id, { text, at: Date.now() });
    this.section.page.announce(text);
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
    const { tracked } = this;
    const open = this.proposals.map(({ id }) => id);
    const places = new Map(open.map((id, index) => [id, index + 1]));
    const decides = this.sync?.decides ?? false;
    const shown = [...this.shown].map(([id, { proposal }]) => ({
      id, proposal, about: this.about(proposal, tracked, places.get(id) ?? 0, open.length, decides),
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
      lines: this.decisions.lines((revision) => this.mayUndo(tracked, revision)),
    });
    this.column.classList.toggle("cards-none", !open.length);
  }

  /** @param {Proposal} proposal @param {Tracked} tracked @param {number} place @param {number} count @param {boolean} decides @returns {import("./card.js").About} */
  about(proposal, tracked, place, count, decides) {
    const { names } = this.section.page;
    const { id, author, organisation, touched } = proposal;
    const one = tracked.suggestions.get(id);
    const acronymOf = (/** @type {string} */ other) => names.organisation(tracked.suggestions.get(other)?.organisation ?? 0).acronym;
    return {
      who: names.person(author), body: names.organisation(organisation), at: this.decisions.timeOf(id, touched),
      amendment: this.decisions.amendments[id], place, count, decides, isOwn: author === this.person && this.section.may !== "read",
      isTicked: this.acting.ticked.has(id), isCurrent: id === this.current, notice: this.notices.get(id)?.text ?? "",
      isBusy: this.acting.busy.has(id), fate: place ? null : this.fateOf(tracked, one),
      collides: proposal.collides.filter((other) => tracked.suggestions.get(other)?.outcome === null).map((other) => ({ id: other, acronym: acronymOf(other) })),
    };
  }

  /** What became of a suggestion whose card still stands. @param {Tracked} tracked @param {import("./tracking.js").Suggestion | undefined} one */
  fateOf(tracked, one) {
    if (!one?.outcome || one.decided === null) return { text: this.words.gone, undo: null };
    return { text: this.decisions.fate(one.outcome, one.decided), undo: this.mayUndo(tracked, one.decided) ? one.decided : null };
  }

  /** Whether this person may take a decision back. @param {Tracked} tracked @param {number} revision */
  mayUndo(tracked, revision) {
    const ids = this.decisions.idsOf(revision) ?? [];
    const decided = [...tracked.suggestions].filter(([id, one]) => one.decided === revision && (!ids.length || ids.includes(id)));
    if (!decided.length) return false;
    if (decided.every(([, one]) => one.outcome === "withdraw")) return this.section.may !== "read" && decided.every(([, one]) => one.author === this.person);
    return this.sync?.decides ?? false;
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
    if (isMoving || isFocused) this.section.page.announce(this.spoken(one));
  }

  /** @param {Proposal} one */
  spoken(one) {
    const { names } = this.section.page;
    const place = this.proposals.findIndex(({ id }) => id === one.id) + 1;
    return this.words.spoken(place, this.proposals.length, names.organisation(one.organisation).acronym, names.person(one.author), sentence(one, this.words));
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
    const isTyping = event.target instanceof HTMLTextAreaElement;
    if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.step(event.key === "ArrowDown" ? 1 : -1, true);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.view.focus();
    } else if (!isTyping && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const id = this.cards.attended && this.cards.cards.get(this.cards.attended)?.item.contains(document.activeElement) ? this.cards.attended : "";
      const act = { a: "accept", r: "reject" }[event.key.toLowerCase()];
      const focused = document.activeElement?.closest(".card");
      const own = focused instanceof HTMLElement ? focused.dataset.suggestion ?? id : "";
      if (own && act) {
        event.preventDefault();
        /** @type {HTMLElement | null} */ (focused?.querySelector(`[data-act=${act}]`) ?? null)?.click();
      }
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
