// Editing or suggesting: what each person chose, what a section allows, and the switch beside the toolbar.
import { isReadOnly, setReadOnly } from "../editor/index.js";
import { element } from "./frame.js";
import { marksPart, sidesField, suggestingPart, suggests } from "./queue.js";

/** @import { Extension } from "@codemirror/state" */
/** @import { Page } from "./page.js" */
/** @import { Section } from "./section.js" */
/** @import { Tracked } from "./tracking.js" */

/** @typedef {"editing" | "suggesting"} ModeName */

/** After so long a module that did not come is asked for again. */
const AGAIN_MS = 2_000;
/** Who begins to write has the first keys before the switch is made ready. */
const CALM_MS = 500;

/** The modules that only suggestions need, fetched when there are any. */
class Parts {
  /** @type {typeof import("./suggesting.js").suggesting | null} */
  suggesting = null;
  /** @type {typeof import("./marks.js").marks | null} */
  marks = null;

  async fetchSuggesting() {
    if (!this.suggesting) ({ suggesting: this.suggesting } = await import("./suggesting.js"));
  }

  async fetchMarks() {
    if (!this.marks) ({ marks: this.marks } = await import("./marks.js"));
  }
}

const parts = new Parts();

/** How one section is written in. */
export class Mode {
  /** @param {Section} section */
  constructor(section) {
    this.section = section;
    /** The view in which suggestions are drawn. @type {import("@codemirror/view").EditorView | null} */
    this.drawnIn = null;
    this.isFetching = false;
  }

  /** Whether the person has no choice here. */
  get isForced() {
    return this.section.may === "suggest";
  }

  get isSuggesting() {
    return this.isForced || (this.section.may === "write" && this.section.page.modes.preferred === "suggesting");
  }

  /** Whether the person may write here in any way. */
  get mayType() {
    return this.isForced || this.section.may === "write";
  }

  /** Resolves when the section can be opened: nobody who suggests may type before their edits become suggestions. */
  async ready() {
    if (this.section.opening.reviewLink) void parts.fetchMarks().catch(() => {});
    if (this.isSuggesting) await this.fetchAhead();
  }

  /** Brings the editor to the present mode. */
  apply() {
    const { view } = this.section;
    if (!view) return;
    const { isSuggesting } = this;
    const isMissing = isSuggesting && !parts.suggesting;
    if (isMissing) this.fetch();
    else if (isSuggesting !== view.state.facet(suggests)) {
      view.dispatch({ effects: suggestingPart.reconfigure(isSuggesting && parts.suggesting ? parts.suggesting() : []) });
    }
    if (isReadOnly(view.state) !== (!this.mayType || isMissing)) setReadOnly(view, !this.mayType || isMissing);
    this.section.page.modes.show(this);
    this.draw();
    if (!isMissing && this.mayType) window.setTimeout(() => void this.fetchAhead(), CALM_MS);
  }

  async fetchAhead() {
    await parts.fetchSuggesting().catch(() => {});
  }

  fetch() {
    if (this.isFetching) return;
    this.isFetching = true;
    parts.fetchSuggesting().then(
      () => { this.isFetching = false; this.apply(); },
      () => window.setTimeout(() => { this.isFetching = false; this.apply(); }, AGAIN_MS),
    );
  }

  /** What draws suggestions from the first moment on, where it is at hand and there are any. @param {Tracked} tracked @returns {Extension} */
  marksFor({ suggestions }) {
    const { page } = this.section;
    return parts.marks && suggestions.size ? parts.marks(page.names, page.words) : [];
  }

  /** Draws suggestions as soon as there are any. */
  draw() {
    const { view, page } = this.section;
    if (!view || this.drawnIn === view || !view.state.field(sidesField).screen.suggestions.size) return;
    this.drawnIn = view;
    if (/** @type {Extension[]} */ (marksPart.get(view.state)).length) return; // From the first moment on: `marksFor`.
    const draw = () => {
      if (this.section.view === view && parts.marks) view.dispatch({ effects: marksPart.reconfigure(parts.marks(page.names, page.words)) });
    };
    // Not within an update of the view.
    parts.fetchMarks().then(draw, () => window.setTimeout(() => { this.drawnIn = null; this.draw(); }, AGAIN_MS));
  }
}

/** The switch of a page: what the person chose, remembered in this browser. */
export class Modes {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** What it is remembered by. */
    this.key = `mode:${page.me.person}`;
    /** @type {ModeName} */
    this.preferred = kept(this.key);
    /** @type {Mode | null} */
    this.shown = null;
    /** @type {HTMLFieldSetElement | null} */
    this.dom = null;
  }

  /** @returns {HTMLFieldSetElement} */
  build() {
    const { words } = this.page;
    const dom = element("fieldset", "live-mode");
    const legend = element("legend", "visually-hidden");
    legend.textContent = words.mode;
    dom.append(legend, ...[["editing", words.modeEditing], ["suggesting", words.modeSuggesting]].map(([value, label]) => {
      const choice = element("label", "live-mode-choice");
      const radio = element("input", "");
      Object.assign(radio, { type: "radio", name: "live-mode", value });
      radio.addEventListener("change", () => void this.choose(/** @type {ModeName} */ (value)));
      const text = element("span", "");
      text.textContent = label;
      choice.append(radio, text);
      return choice;
    }));
    this.dom = dom;
    return dom;
  }

  /** @param {ModeName} name */
  async choose(name) {
    // What is typed until the other mode is there is still of this one, and the switch says so.
    if (name === "suggesting") await parts.fetchSuggesting().catch(() => {});
    if (name === "editing" || parts.suggesting) this.keep(name);
    for (const { mode } of this.page.sections.values()) mode.apply();
    this.page.announce(this.preferred === "suggesting" ? this.page.words.modeNowSuggesting : this.page.words.modeNowEditing);
  }

  /** @param {ModeName} name */
  keep(name) {
    this.preferred = name;
    try {
      localStorage.setItem(this.key, name);
    } catch {
      // Not remembered then: this browser keeps nothing.
    }
  }

  /** The other one. */
  toggle() {
    const { words } = this.page;
    if (this.shown?.isForced) this.page.announce(words.modeForced);
    else void this.choose(this.preferred === "suggesting" ? "editing" : "suggesting");
    return true;
  }

  /** Shows the mode of the section that is written in. @param {Mode} mode */
  show(mode) {
    const { dom, page: { words } } = this;
    if (!dom || (!mode.section.view?.hasFocus && this.shown?.section.view && this.shown !== mode)) return;
    this.shown = mode;
    dom.title = mode.isForced ? words.modeForced : words.modeHelp;
    for (const radio of dom.querySelectorAll("input")) {
      radio.checked = (radio.value === "suggesting") === mode.isSuggesting;
      radio.disabled = !mode.mayType || (mode.isForced && radio.value === "editing");
    }
  }
}

/** @param {string} key @returns {ModeName} */
function kept(key) {
  try {
    return localStorage.getItem(key) === "suggesting" ? "suggesting" : "editing";
  } catch {
    return "editing";
  }
}
