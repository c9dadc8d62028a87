// The threads of one section: cards beside their passages, on a phone below the text.
import { EditorView, StateEffect } from "../../vendor/codemirror.js";
import { element } from "./frame.js";
import { lettersOf, mark, unmark } from "./passages.js";
import { sidesField } from "./queue.js";
import { carryOver, draftOf, keepDraft, restoreDrafts, send, showError } from "./thread_form.js";
import { chooseMark, marksField, onScreen, showMarks } from "./thread_marks.js";
import { stacked } from "./thread_places.js";

/** @import { Section } from "./section.js" */
/** @import { Threads } from "./threads.js" */

/**
 * What the server says of a thread (drafting/web/comments.py).
 * @typedef {{key: string, suggestion: string | null, words: string, before: string, start: number | null,
 *   end: number | null, is_resolved: boolean, is_gone: boolean, html: string}} Thread
 * What a new thread is about: words of the text, a suggestion, a range in the open editor, or nothing: the section.
 * @typedef {{selected?: string, before?: string, quotation?: string, suggestion?: string, range?: [number, number]}} About
 */

const PASSAGE = "thread-passage";
const WIDE = window.matchMedia("(min-width: 60rem)");
const LOAD_MS = 250;
const SAVED_WITHIN_MS = 4_000;
const SIGNS = /\[\^[^\]\n]*\]:?|(?<=\])\([^)\n]*\)|^[ \t]*(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+|[*_`~]{1,3}|[[\]|]/gm;

export class Margin {
  /** @param {Threads} threads @param {Section} section */
  constructor(threads, section) {
    this.threads = threads;
    this.section = section;
    /** @type {Map<string, {thread: Thread, html: string, card: HTMLElement}>} */
    this.cards = new Map();
    this.revision = 0;
    this.formHtml = "";
    this.chosen = "";
    /** @type {HTMLFormElement | null} */
    this.form = null;
    /** @type {About} */
    this.about = {};
    /** @type {EditorView | null} */
    this.view = null;
    this.element = element("section", "live-margin");
    this.element.setAttribute("aria-label", threads.words.region(section.title));
    this.list = element("div", "threads");
    this.settled = element("details", "threads-settled");
    this.settledName = element("summary", "");
    this.settled.append(this.settledName);
    this.element.append(this.list, this.settled);
    this.element.hidden = true;
    section.article.append(this.element);
    this.element.addEventListener("submit", (event) => void this.submitted(event));
    this.element.addEventListener("input", (event) => this.typed(event));
    this.element.addEventListener("focusin", (event) => this.attended(event.target));
    this.element.addEventListener("click", (event) => this.clicked(event));
    this.element.addEventListener("toggle", () => this.layoutSoon(), true);
    section.reading.element.addEventListener("click", (event) => this.attended(event.target));
    new MutationObserver(() => this.viewChanged()).observe(section.frame.place, { childList: true });
    new MutationObserver(() => this.markReading()).observe(section.reading.element, { childList: true });
    new ResizeObserver(() => this.layoutSoon()).observe(section.article);
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
    if (isFirst) this.takeUpDraft();
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

  /** Where a card belongs: among the settled ones, on its suggestion's card, or beside the text. @param {Thread} thread */
  placeOf(thread) {
    if (thread.is_resolved) return this.settled;
    const own = thread.suggestion ? this.section.article.querySelector(`.card[data-suggestion="${CSS.escape(thread.suggestion)}"] .card-thread`) : null;
    return own ?? this.list;
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
    } else this.about = { ...this.about, range: undefined };
    this.markAll();
  }

  markAll() {
    if (this.view) this.markView();
    else this.markReading();
    this.layoutSoon();
  }

  /** The threads whose passages are marked. */
  get open() {
    return [...this.cards.values()].map(({ thread }) => thread).filter((thread) => !thread.is_resolved && !thread.is_gone);
  }

  markReading() {
    const { element: reading } = this.section.reading;
    if (this.view || !this.isLoaded) return;
    const passages = this.open.filter(({ words }) => words);
    const { selected, before = "" } = this.form ? this.about : {};
    mark(reading, selected ? [...passages, { key: "new", words: selected, before }] : passages, PASSAGE);
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
    view.dispatch({ effects: showMarks.of([...placed, ...this.newMark()]), filter: false });
  }

  /** The passage of the new thread, where the text has carried it. */
  newMark() {
    const { view, about } = this;
    if (!view || !about.range) return [];
    const now = view.state.field(marksField).marks.find(({ key }) => key === "");
    return [now ?? { key: "", from: about.range[0], to: about.range[1] }];
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

  showChosen() {
    for (const one of this.section.reading.element.querySelectorAll(`mark.${PASSAGE}`)) {
      const keys = /** @type {HTMLElement} */ (one).dataset.threads?.split(" ") ?? [];
      one.classList.toggle("is-chosen", keys.includes(this.chosen) || keys.includes("new"));
    }
  }

  // --- A new thread ---

  /** @param {About} about */
  begin(about) {
    if (!this.formHtml) return;
    const { page } = this.section;
    const draft = this.form ? null : draftOf(page.me.person, this.draftName);
    if (!this.form) {
      this.form = /** @type {HTMLFormElement} */ (this.parse(this.formHtml));
      const area = this.form.querySelector("textarea");
      const select = this.form.querySelector("select");
      if (area && draft?.text) area.value = draft.text;
      if (select && draft?.visibility) select.value = draft.visibility;
    }
    this.about = about;
    const quotation = /** @type {HTMLElement} */ (this.form.querySelector("[data-quotation]"));
    quotation.textContent = about.quotation || (about.suggestion ? "" : this.threads.words.whole);
    quotation.classList.toggle("is-whole", !about.quotation);
    quotation.hidden = !quotation.textContent;
    const own = about.suggestion ? this.section.article.querySelector(`.card[data-suggestion="${CSS.escape(about.suggestion)}"] .card-thread`) : null;
    (own ?? this.list).prepend(this.form);
    if (about.range && this.view) {
      const others = this.view.state.field(marksField).marks.filter(({ key }) => key);
      this.view.dispatch({ effects: showMarks.of([...others, { key: "", from: about.range[0], to: about.range[1] }]), filter: false });
    } else this.markReading();
    this.layout();
    const area = this.form.querySelector("textarea");
    area?.focus({ preventScroll: true });
    area?.scrollIntoView({ block: "nearest" });
  }

  get draftName() {
    return `new-${this.section.key}`;
  }

  /** What an earlier page had not sent. */
  takeUpDraft() {
    const draft = draftOf(this.section.page.me.person, this.draftName);
    const focused = document.activeElement;
    if (!draft?.text || this.form) return;
    this.begin(draft.about ?? {});
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  /** What is selected in the open editor. @returns {About | null} */
  selectedInView() {
    const { view } = this;
    const main = view?.state.selection.main;
    if (!view || !main || main.empty) return null;
    const plain = (/** @type {number} */ from, /** @type {number} */ to) => view.state.sliceDoc(from, to).replace(SIGNS, "");
    const quotation = plain(main.from, main.to).replace(/\s+/g, " ").trim();
    const before = lettersOf(plain(Math.max(0, main.from - 300), main.from)).slice(-40);
    return { range: [main.from, main.to], quotation, selected: lettersOf(quotation), before };
  }

  /** @param {Event} event */
  typed({ target }) {
    const form = target instanceof Element ? target.closest("form[data-draft]") : null;
    if (!(form instanceof HTMLFormElement)) return;
    const { page } = this.section;
    const text = form.querySelector("textarea")?.value ?? "";
    const isNew = form === this.form;
    const more = isNew ? { visibility: form.querySelector("select")?.value, about: { ...this.about, range: undefined } } : {};
    keepDraft(page.me.person, form.dataset.draft ?? "", text.trim() ? { text, ...more } : null);
    if (isNew) this.layoutSoon();
  }

  /** @param {MouseEvent} event */
  clicked({ target }) {
    if (target instanceof Element && target.closest("[data-cancel]")) this.end(true);
  }

  /** Takes the form of the new thread away. @param {boolean} isCancelled */
  end(isCancelled) {
    keepDraft(this.section.page.me.person, this.draftName, null);
    this.form?.remove();
    this.form = null;
    this.about = {};
    this.markAll();
    if (!isCancelled) return;
    if (this.view) this.view.focus();
    else this.threads.buttonOf(this.section)?.focus();
  }

  /** Where the new thread is, as the server understands it. @returns {Promise<object | string>} a string: what is wrong */
  async where() {
    const { about, section, threads: { words } } = this;
    if (about.suggestion) return { suggestion: about.suggestion };
    if (!this.view || !about.range) return { selected: about.selected ?? "", before: about.before ?? "" };
    for (const until = Date.now() + SAVED_WITHIN_MS; section.saving.isUnsaved; await new Promise((done) => window.setTimeout(done, 50))) {
      if (Date.now() > until) return words.unsaved;
    }
    const [{ from, to }] = this.newMark();
    return from < to ? { revision: this.view.state.field(sidesField).confirmed.revision, start: from, end: to } : words.gone;
  }

  /** @param {SubmitEvent} event */
  async submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.hasAttribute("data-thread-form")) return;
    event.preventDefault();
    const { page } = this.section;
    const { words } = this.threads;
    const isNew = form === this.form;
    const more = isNew ? await this.where() : {};
    const { error, key } = typeof more === "string" ? { error: more } : await send(form, more, words);
    if (error || !key) {
      showError(form, error ?? words.failed);
      this.layoutSoon();
      return;
    }
    this.isSending = true;
    if (isNew) this.end(false);
    else if (form.dataset.draft) keepDraft(page.me.person, form.dataset.draft, null);
    form.reset();
    const details = form.closest("details");
    if (details && details !== this.settled) details.open = false;
    await this.load();
    this.isSending = false;
    page.announce(form.querySelector("textarea") ? words.sent : words.done);
    this.choose(key);
    this.cards.get(key)?.card.focus({ preventScroll: true });
  }

  // --- Where the cards stand ---

  layoutSoon() {
    if (!this.frame) this.frame = window.requestAnimationFrame(() => this.layout());
  }

  layout() {
    this.frame = 0;
    const cards = /** @type {HTMLElement[]} */ ([...this.list.children]);
    const isUsed = Boolean(cards.length || !this.settled.hidden);
    const { article } = this.section;
    this.element.hidden = !isUsed;
    article.classList.toggle("has-threads", isUsed);
    if (!WIDE.matches || !isUsed) {
      article.style.minHeight = "";
      for (const card of cards) card.style.top = "";
      this.list.style.height = "";
      return;
    }
    const origin = this.list.getBoundingClientRect().top;
    const wanted = cards.map((card) => ({ card, at: this.topOf(card) - origin, height: card.offsetHeight }));
    wanted.sort((a, b) => a.at - b.at);
    const tops = stacked(wanted, wanted.findIndex(({ card }) => (this.form ? card === this.form : card.dataset.thread === this.chosen)));
    for (const [i, { card }] of wanted.entries()) {
      card.style.top = `${Math.round(tops[i])}px`;
      if (this.list.children[i] !== card && !card.contains(document.activeElement)) this.list.insertBefore(card, this.list.children[i]);
    }
    const last = wanted.at(-1);
    this.list.style.height = last ? `${Math.ceil(tops[wanted.length - 1] + last.height)}px` : "0";
    article.style.minHeight = `${this.element.offsetTop + this.element.offsetHeight}px`;
  }

  /** Where on the screen a card's passage begins. @param {HTMLElement} card */
  topOf(card) {
    const key = card === this.form ? "" : card.dataset.thread ?? "";
    const { view } = this;
    const start = this.list.getBoundingClientRect().top;
    if (view) {
      const at = view.state.field(marksField, false)?.marks.find((one) => one.key === key && one.from < one.to);
      if (!at) return start;
      return view.coordsAtPos(at.from)?.top ?? view.lineBlockAt(at.from).top + view.documentTop;
    }
    const marked = this.section.reading.element.querySelector(`mark[data-threads~="${key || "new"}"]`);
    return marked?.getBoundingClientRect().top ?? start;
  }

  /** Nothing of this section may be read any more. */
  clear() {
    for (const { card } of this.cards.values()) card.remove();
    this.cards.clear();
    unmark(this.section.reading.element, PASSAGE);
    this.layout();
  }
}
