// The thread that somebody is about to begin: its form, its passage, and what is kept of it until it is sent.
import { lettersOf } from "./passages.js";
import { sidesField } from "./queue.js";
import { draftOf, keepDraft } from "./thread_form.js";
import { marksField, showMarks } from "./thread_marks.js";

/** @import { Margin } from "./thread_margin.js" */
/** @import { Marked } from "./thread_marks.js" */

/**
 * What it is about: words of the text, a suggestion, a range in the open editor, or nothing: the whole section.
 * @typedef {{selected?: string, before?: string, quotation?: string, suggestion?: string, range?: [number, number]}} About
 */

const SAVED_WITHIN_MS = 4_000;
/** What of Markdown a reader does not see: as drafting/domain/passages.py has it. */
const SIGNS = /\[\^[^\]\n]*\]:?|(?<=\])\([^)\n]*\)|^[ \t]*(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+|[*_`~]{1,3}|[[\]|]/gm;
const BEFORE_UNITS = 300;

export class NewThread {
  /** @param {Margin} margin */
  constructor(margin) {
    this.margin = margin;
    /** @type {HTMLFormElement | null} */
    this.form = null;
    /** @type {About} */
    this.about = {};
  }

  get draftName() {
    return `new-${this.margin.section.key}`;
  }

  get person() {
    return this.margin.section.page.me.person;
  }

  /** What is kept beside the text. */
  get kept() {
    return { visibility: this.form?.querySelector("select")?.value, about: { ...this.about, range: undefined } };
  }

  /** @param {About} about */
  begin(about) {
    const { margin } = this;
    if (!margin.formHtml) return;
    const form = this.form ?? this.made();
    this.form = form;
    this.about = about;
    const quotation = /** @type {HTMLElement} */ (form.querySelector("[data-quotation]"));
    quotation.textContent = about.quotation || (about.suggestion ? "" : margin.threads.words.whole);
    quotation.classList.toggle("is-whole", !about.quotation);
    quotation.hidden = !quotation.textContent;
    (margin.onSuggestion(about.suggestion) ?? margin.list).prepend(form);
    const { view } = margin;
    if (view) {
      const others = view.state.field(marksField).marks.filter(({ key }) => key);
      const own = about.range ? [{ key: "", from: about.range[0], to: about.range[1] }] : [];
      view.dispatch({ effects: showMarks.of([...others, ...own]), filter: false });
    } else margin.markReading();
    margin.layout();
    const area = form.querySelector("textarea");
    area?.focus({ preventScroll: true });
    area?.scrollIntoView({ block: "nearest" });
  }

  /** The form, with what was typed into it on an earlier page. */
  made() {
    const form = /** @type {HTMLFormElement} */ (this.margin.parse(this.margin.formHtml));
    const draft = draftOf(this.person, this.draftName);
    const area = form.querySelector("textarea");
    const select = form.querySelector("select");
    if (area && draft?.text) area.value = draft.text;
    if (select && draft?.visibility) select.value = draft.visibility;
    form.querySelector("[data-cancel]")?.addEventListener("click", () => this.end(true));
    return form;
  }

  /** Shows again what an earlier page had not sent; the reader stays where they are. */
  takeUp() {
    const draft = draftOf(this.person, this.draftName);
    const focused = document.activeElement;
    if (!draft?.text || this.form) return;
    this.begin(draft.about ?? {});
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  /** Takes the form away. @param {boolean} isCancelled */
  end(isCancelled) {
    const { margin } = this;
    keepDraft(this.person, this.draftName, null);
    this.form?.remove();
    this.form = null;
    this.about = {};
    margin.markAll();
    if (!isCancelled) return;
    if (margin.view) margin.view.focus();
    else margin.threads.buttonOf(margin.section)?.focus();
  }

  // --- Its passage ---

  /** What is selected in the open editor. @returns {About | null} */
  selected() {
    const { view } = this.margin;
    const main = view?.state.selection.main;
    if (!view || !main || main.empty) return null;
    const plain = (/** @type {number} */ from, /** @type {number} */ to) => view.state.sliceDoc(from, to).replace(SIGNS, "");
    const quotation = plain(main.from, main.to).replace(/\s+/g, " ").trim();
    const before = lettersOf(plain(Math.max(0, main.from - BEFORE_UNITS), main.from)).slice(-40);
    return { range: [main.from, main.to], quotation, selected: lettersOf(quotation), before };
  }

  /** The editor is closed: the passage is known by its words only. */
  leaveEditor() {
    this.about = { ...this.about, range: undefined };
  }

  /** The passage as the reading text is marked with it. */
  passage() {
    const { selected, before = "" } = this.form ? this.about : {};
    return selected ? [{ key: "new", words: selected, before }] : [];
  }

  /** The passage in the open editor, where the text has carried it. @returns {Marked[]} */
  marks() {
    const { range } = this.about;
    const { view } = this.margin;
    if (!view || !range) return [];
    const now = view.state.field(marksField).marks.find(({ key }) => key === "");
    return [now ?? { key: "", from: range[0], to: range[1] }];
  }

  /** Where it is, as the server understands it. @returns {Promise<object | string>} a string: what is wrong */
  async where() {
    const { about, margin: { section, view, threads: { words } } } = this;
    if (about.suggestion) return { suggestion: about.suggestion };
    if (!view || !about.range) return { selected: about.selected ?? "", before: about.before ?? "" };
    for (const until = Date.now() + SAVED_WITHIN_MS; section.saving.isUnsaved; await new Promise((done) => window.setTimeout(done, 50))) {
      if (Date.now() > until) return words.unsaved;
    }
    const [{ from, to }] = this.marks();
    return from < to ? { revision: view.state.field(sidesField).confirmed.revision, start: from, end: to } : words.gone;
  }
}
