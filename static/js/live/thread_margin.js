// The threads of one section: cards beside their passages, on a phone below the text.
import { EditorView, StateEffect } from "../../vendor/codemirror.js";
import { element } from "./frame.js";
import { mark } from "./passages.js";
import { sidesField } from "./queue.js";
import { carryOver, restoreDrafts } from "./thread_form.js";
import { chooseMark, marksField, onScreen, showMarks } from "./thread_marks.js";
import { offerNames } from "./thread_names.js";
import { NewThread } from "./thread_new.js";
import { layOut } from "./thread_places.js";
import { submitted, typed } from "./thread_sending.js";

/** @import { Section } from "./section.js" */
/** @import { Threads } from "./threads.js" */

/**
 * What the server says of a thread (drafting/web/comments.py).
 * @typedef {{key: string, suggestion: string | null, words: string, before: string, start: number | null,
 *   end: number | null, is_resolved: boolean, is_gone: boolean, html: string}} Thread
 */

const PASSAGE = "thread-passage";
const WIDE = window.matchMedia("(min-width: 70rem)");
const LOAD_MS = 250;

export class Margin {
  /** @param {Threads} threads @param {Section} section */
  constructor(threads, section) {
    this.threads = threads;
    this.section = section;
    /** @type {Map<string, {thread: Thread, html: string, card: HTMLElement}>} */
    this.cards = new Map();
    this.revision = 0;
    this.formHtml = "";
    /** @type {[string, string][]} */
    this.names = [];
    this.chosen = "";
    this.isSending = false;
    /** @type {EditorView | null} */
    this.view = null;
    this.element = element("section", "live-margin");
    this.element.setAttribute("aria-label", threads.words.region(section.title));
    this.fresh = new NewThread(this);
    this.list = element("div", "threads");
    this.settled = element("details", "threads-settled");
    this.settledName = element("summary", "");
    this.settled.append(this.settledName);
    this.element.append(this.list, this.settled);
    this.element.hidden = true;
    section.article.append(this.element);
    // In the whole article: threads about suggestions stand on the suggestions' cards.
    section.article.addEventListener("submit", (event) => void submitted(this, event));
    section.article.addEventListener("input", (event) => typed(this, event));
    this.element.addEventListener("focusin", (event) => this.attended(event.target));
    offerNames(section.article, () => this.names, threads.words, () => this.layoutSoon());
    this.element.addEventListener("toggle", () => this.layoutSoon(), true);
    section.reading.element.addEventListener("click", (event) => this.attended(event.target));
    new MutationObserver(() => this.viewChanged()).observe(section.frame.place, { childList: true });
    new MutationObserver(() => this.markReading()).observe(section.reading.element, { childList: true });
    const sizes = new ResizeObserver(() => this.layoutSoon());
    for (const one of [section.article, this.settled]) sizes.observe(one);
    WIDE.addEventListener("change", () => this.layoutSoon());
    this.viewChanged();
  }

  // --- What the server has ---

  loadSoon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), LOAD_MS * (0.5 + Math.random()));
  }

  async load() {
    window.clearTimeout(this.timer);
    try {
      const answer = await fetch(`/sections/${this.section.key}/threads`, { headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) this.show(await answer.json());
      else if (answer.status === 404) this.show({ revision: 0, threads: [], form: "", names: [] }); // Not for this person any more.
    } catch {
      // No connection: what is shown stays, and the next connection asks again.
    }
  }

  /** @param {{revision: number, threads: Thread[], form: string, names: [string, string][]}} value */
  show({ revision, threads, form, names }) {
    const isFirst = !this.isLoaded;
    this.isLoaded = true;
    this.revision = revision;
    this.formHtml = form;
    this.names = names;
    const keys = new Set(threads.map(({ key }) => key));
    for (const [key, { card }] of this.cards) {
      if (keys.has(key)) continue;
      card.remove();
      this.cards.delete(key);
    }
    let isFresh = false;
    for (const thread of threads) isFresh = this.showCard(thread) || isFresh;
    if (isFresh && !isFirst && !this.isSending) this.section.page.announce(this.threads.words.fresh);
    const settled = threads.filter((thread) => thread.is_resolved).length;
    this.settled.hidden = !settled;
    this.settledName.textContent = this.threads.words.resolved(settled);
    this.threads.mayComment(this.section, Boolean(form));
    // Cards of suggestions may have been there before.
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.section.article.querySelectorAll(".card-thread"))) {
      this.threads.discuss(this, place, place.dataset.suggestion ?? "");
    }
    if (isFirst) this.fresh.takeUp();
    this.markAll();
  }

  /** Shows a thread; returns whether it says something new. @param {Thread} thread */
  showCard(thread) {
    const before = this.cards.get(thread.key);
    const html = thread.html.replace(/name="csrf_token" value="[^"]*"/g, "");
    let card = before?.card;
    let focus = () => {};
    if (!card || before?.html !== html) {
      const made = this.parse(thread.html);
      if (card) focus = carryOver(card, made);
      card?.replaceWith(made);
      card = made;
      restoreDrafts(card, this.section.page.me.person);
      card.classList.toggle("is-chosen", thread.key === this.chosen);
    }
    this.cards.set(thread.key, { thread, html, card });
    const place = this.placeOf(thread);
    if (card.parentElement !== place || before?.thread.is_resolved !== thread.is_resolved) place.append(card);
    focus();
    return before?.html !== html;
  }

  /** The place for threads on a suggestion's card, if that is on the page. @param {string | null | undefined} suggestion */
  onSuggestion(suggestion) {
    return suggestion ? this.section.article.querySelector(`.card[data-suggestion="${CSS.escape(suggestion)}"] .card-thread`) : null;
  }

  /** Where a card belongs: among the settled ones, on its suggestion's card, or beside the text. @param {Thread} thread */
  placeOf(thread) {
    if (thread.is_resolved) return this.settled;
    return this.onSuggestion(thread.suggestion) ?? this.list;
  }

  /** A suggestion's card has gone for good: what was said on it goes beside the text. @param {string} suggestion */
  takeBack(suggestion) {
    const { form, about } = this.fresh;
    if (form && about.suggestion === suggestion) this.list.prepend(form);
    for (const { thread, card } of this.cards.values()) if (thread.suggestion === suggestion && !thread.is_resolved) this.list.append(card);
    this.layoutSoon();
  }

  /** @param {string} html @returns {HTMLElement} */
  parse(html) {
    const made = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    return document.importNode(/** @type {HTMLElement} */ (made), true);
  }

  // --- Marks in the text ---

  viewChanged() {
    const { view } = this.section;
    if (view === this.view) return;
    this.view = view;
    if (view) {
      view.dispatch({ effects: StateEffect.appendConfig.of([
        marksField,
        EditorView.updateListener.of((update) => {
          if (update.docChanged && this.waits) this.markView();
          if (update.docChanged || update.geometryChanged) this.layoutSoon();
        }),
        EditorView.domEventHandlers({ click: (event) => this.attended(event.target) && false }),
      ]) });
    } else this.fresh.leaveEditor();
    this.markAll();
  }

  markAll() {
    if (this.view) this.markView();
    else this.markReading();
    this.layoutSoon();
  }

  /** The threads whose passages are marked; a suggestion has marks of its own. */
  get open() {
    const all = [...this.cards.values()].map(({ thread }) => thread);
    return all.filter((thread) => !thread.is_resolved && !thread.is_gone && !thread.suggestion);
  }

  markReading() {
    const { element: reading } = this.section.reading;
    if (this.view || !this.isLoaded) return;
    const passages = this.open.filter(({ words }) => words);
    mark(reading, [...passages, ...this.fresh.passage()], PASSAGE);
    this.showChosen();
    this.layoutSoon();
  }

  markView() {
    const { view } = this;
    if (!view || !this.isLoaded) return;
    const marks = this.open.flatMap(({ key, start, end }) => (start !== null && end !== null ? [{ key, from: start, to: end }] : []));
    const placed = onScreen(view.state, this.section.presence.recent, this.revision, marks);
    this.waits = !placed;
    if (!placed) {
      if (this.revision < view.state.field(sidesField).confirmed.revision) this.loadSoon();
      return;
    }
    view.dispatch({ effects: showMarks.of([...placed, ...this.fresh.marks()]), filter: false });
  }

  /** The reader is at a card, or at the words that it is about. @param {EventTarget | null} target */
  attended(target) {
    const at = target instanceof Element ? target.closest("[data-thread], [data-threads]") : null;
    if (!(at instanceof HTMLElement)) return false;
    this.choose(at.dataset.thread ?? at.dataset.threads?.split(" ")[0] ?? "");
    return true;
  }

  /** @param {string} key @param {boolean} isFocused whether its card takes the focus */
  choose(key, isFocused = false) {
    const card = this.cards.get(key)?.card;
    if (!card) return false;
    if (card.classList.contains("is-unread")) void this.seen(key, card);
    if (this.chosen !== key) {
      this.chosen = key;
      for (const [other, one] of this.cards) one.card.classList.toggle("is-chosen", other === key);
      this.showChosen();
      this.view?.dispatch({ effects: chooseMark.of(key), filter: false });
      this.layout();
    }
    if (isFocused) {
      const details = card.closest("details");
      if (details) details.open = true;
      card.scrollIntoView({ block: "center" });
      card.focus({ preventScroll: true });
    }
    return true;
  }

  /** The reader has looked at a thread that mentions them. @param {string} key @param {HTMLElement} card */
  async seen(key, card) {
    card.classList.remove("is-unread");
    // The page that this leads to is not wanted, only that it was asked for.
    await fetch(`/threads/${key}`, { redirect: "manual" }).catch(() => card.classList.add("is-unread"));
  }

  showChosen() {
    for (const one of this.section.reading.element.querySelectorAll(`mark.${PASSAGE}`)) {
      const keys = /** @type {HTMLElement} */ (one).dataset.threads?.split(" ") ?? [];
      one.classList.toggle("is-chosen", keys.includes(this.chosen) || keys.includes("new"));
    }
  }

  // --- Where the cards stand ---

  layoutSoon() {
    if (!this.frame) this.frame = window.requestAnimationFrame(() => this.layout());
  }

  layout() {
    this.frame = 0;
    if (this.isLoaded) layOut(this, WIDE.matches);
  }
}
