// Small things drawn in place of Markdown's marks.
import { WidgetType } from "../../vendor/codemirror.js";
import { goToDefinition, goToReference } from "./footnotes.js";

/** @import { EditorView } from "@codemirror/view" */

/** @param {string} tag @param {string} className @param {string} [text] */
function element(tag, className, text = "") {
  const dom = document.createElement(tag);
  dom.className = className;
  dom.textContent = text;
  return dom;
}

/** A bullet or a computed list number. */
export class ListMarker extends WidgetType {
  /** @param {string} text @param {boolean} ordered */
  constructor(text, ordered) {
    super();
    this.text = text;
    this.ordered = ordered;
  }

  /** @param {ListMarker} other */
  eq(other) {
    return other.text === this.text;
  }

  toDOM() {
    return element("span", this.ordered ? "cm-marker cm-marker-number" : "cm-marker", this.text);
  }

  ignoreEvent() {
    return false;
  }
}

/** A reference's superscript number. */
export class NoteReference extends WidgetType {
  /** @param {number | undefined} number @param {string} label @param {string} name */
  constructor(number, label, name) {
    super();
    this.number = number;
    this.label = label;
    this.name = name;
  }

  /** @param {NoteReference} other */
  eq(other) {
    return other.number === this.number && other.label === this.label && other.name === this.name;
  }

  /** @param {EditorView} view */
  toDOM(view) {
    const dom = element("sup", "cm-note-reference");
    const number = /** @type {HTMLAnchorElement} */ (element("a", "", this.number === undefined ? "?" : String(this.number)));
    // Beside the caret the same command leads there; notes do not lengthen the way of the Tab key.
    number.href = "#note";
    number.tabIndex = -1;
    number.addEventListener("click", (event) => event.preventDefault());
    number.setAttribute("role", "doc-noteref");
    number.setAttribute("aria-label", this.name);
    dom.append(number);
    dom.title = this.name;
    dom.addEventListener("mousedown", (event) => {
      if (event.button === 0 && goToDefinition(view, this.label)) event.preventDefault();
    });
    return dom;
  }

  ignoreEvent() {
    return true;
  }
}

/** A definition's number, which leads back to the reference. */
export class NoteNumber extends WidgetType {
  /** @param {number | undefined} number @param {string} label @param {string} name */
  constructor(number, label, name) {
    super();
    this.number = number;
    this.label = label;
    this.name = name;
  }

  /** @param {NoteNumber} other */
  eq(other) {
    return other.number === this.number && other.label === this.label && other.name === this.name;
  }

  /** @param {EditorView} view */
  toDOM(view) {
    const dom = element("span", "cm-note-number", this.number === undefined ? "–" : `${this.number}.`);
    dom.title = this.name;
    dom.addEventListener("mousedown", (event) => {
      if (event.button === 0 && goToReference(view, this.label)) event.preventDefault();
    });
    return dom;
  }

  ignoreEvent() {
    return true;
  }
}

/** A cell that the row leaves out, or that holds not even a space. */
export class MissingCell extends WidgetType {
  eq() {
    return true;
  }

  toDOM() {
    const dom = element("span", "cm-cell");
    dom.setAttribute("role", "cell");
    return dom;
  }

  ignoreEvent() {
    return false;
  }
}

/** A thematic break. */
export class Rule extends WidgetType {
  eq() {
    return true;
  }

  toDOM() {
    const dom = element("span", "cm-rule");
    dom.setAttribute("role", "separator");
    return dom;
  }

  ignoreEvent() {
    return false;
  }
}
