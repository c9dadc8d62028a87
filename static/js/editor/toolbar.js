// The toolbar: one for the page, working on whichever section has the focus.
import { headingLevel, isQuoted, setHeading, toggleQuote } from "./blocks.js";
import { footnote } from "./footnotes.js";
import { icon } from "./icons.js";
import { hasStyle, toggleBold, toggleItalic } from "./inline.js";
import { wordsFor } from "./language.js";
import { editLink, openFind } from "./later.js";
import { linkAt } from "./link_place.js";
import { indent, listKind, outdent, toggleList } from "./lists.js";
import { isMarkdownShown, showMarkdown } from "./switches.js";
import * as tables from "./tables.js";
import { historyOf } from "./undo.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { Words } from "./language.js" */

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} label
 * @property {string} [long] said instead of the label where the label alone is too short
 * @property {string} icon
 * @property {string} [keys] as in the keymap, shown in the tooltip
 * @property {(view: EditorView) => boolean} run
 * @property {(state: EditorState) => boolean} [isOn] a toggle's state
 * @property {(state: EditorState) => boolean} [isPossible]
 * @property {boolean} [wordy] its word is shown where there is room
 * @property {boolean} [staysReadOnly] works in a section that cannot be changed
 * @property {boolean} [isFirst] stays in sight on a narrow screen, where "More" shows the others
 */

const LESS_USED = ".editor-tools:not(.editor-table-tools) > .editor-tool:not(.editor-tool-first, .editor-more)";
/** As in the style sheet: where one row does not hold all tools. */
const narrow = window.matchMedia("(max-width: 40rem)");
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** @param {string} keys @param {string} language */
function shortcut(keys, language) {
  const french = language.startsWith("fr");
  const names = isMac ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" }
    : { Mod: "Ctrl", Alt: "Alt", Shift: french ? "Maj" : "Shift" };
  const arrows = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Delete: french ? "Suppr" : "Del" };
  /** @type {Record<string, string>} */
  const all = { ...names, ...arrows };
  return keys.split("-").map((key) => all[key] ?? (key.length > 1 ? key : key.toUpperCase())).join(isMac ? "" : "+");
}

/** @param {Words} words @returns {Tool[][]} */
function toolGroups(words) {
  return [
    [
      { name: "undo", isFirst: true, label: words.undo, icon: "undo-2", keys: "Mod-z", run: (view) => historyOf(view.state).undo(view), isPossible: (state) => historyOf(state).canUndo(state) },
      { name: "redo", isFirst: true, label: words.redo, icon: "redo-2", keys: "Mod-y", run: (view) => historyOf(view.state).redo(view), isPossible: (state) => historyOf(state).canRedo(state) },
    ],
    [
      { name: "bold", isFirst: true, label: words.bold, icon: "bold", keys: "Mod-b", run: toggleBold, isOn: (state) => hasStyle(state, "StrongEmphasis") },
      { name: "italic", isFirst: true, label: words.italic, icon: "italic", keys: "Mod-i", run: toggleItalic, isOn: (state) => hasStyle(state, "Emphasis") },
    ],
    [
      { name: "bullets", isFirst: true, label: words.bulletList, icon: "list", keys: "Mod-Shift-8", run: toggleList(false), isOn: (state) => listKind(state) === "bullet" },
      { name: "numbers", label: words.numberedList, icon: "list-ordered", keys: "Mod-Shift-7", run: toggleList(true), isOn: (state) => listKind(state) === "ordered" },
      { name: "outdent", label: words.outdent, icon: "list-indent-decrease", keys: "Shift-Tab", run: outdent, isPossible: (state) => listKind(state) !== null },
      { name: "indent", label: words.indent, icon: "list-indent-increase", keys: "Tab", run: indent, isPossible: (state) => listKind(state) !== null },
      { name: "quote", label: words.quote, icon: "quote", keys: "Mod-Shift-9", run: toggleQuote, isOn: isQuoted },
    ],
    [
      { name: "link", label: words.link, icon: "link", keys: "Mod-k", run: editLink, isOn: (state) => linkAt(state).exists, wordy: true },
      { name: "note", label: words.note, long: words.noteLong, icon: "superscript", keys: "Mod-Alt-f", run: footnote, wordy: true },
      { name: "table", label: words.table, icon: "table", run: tables.insertTable, isPossible: (state) => !tables.inTable(state), wordy: true },
    ],
    [
      { name: "find", label: words.find, icon: "search", keys: "Mod-f", run: openFind, wordy: true, staysReadOnly: true },
      { name: "markdown", label: words.markdown, long: words.showMarkdown, icon: "code", run: (view) => showMarkdown(view, !isMarkdownShown(view.state)), isOn: isMarkdownShown, wordy: true, staysReadOnly: true },
    ],
  ];
}

/** @param {Words} words @returns {Tool[]} */
const tableTools = (words) => [
  { name: "row-below", label: `+ ${words.row} ↓`, long: words.addRowBelow, icon: "", keys: "Alt-Shift-ArrowDown", run: tables.addRowBelow },
  { name: "row-above", label: `+ ${words.row} ↑`, long: words.addRowAbove, icon: "", keys: "Alt-Shift-ArrowUp", run: tables.addRowAbove },
  { name: "row-remove", label: words.removeRow, icon: "", keys: "Alt-Shift-Delete", run: tables.removeRow },
  { name: "column-right", label: `+ ${words.column} →`, long: words.addColumnRight, icon: "", keys: "Alt-Shift-ArrowRight", run: tables.addColumnRight },
  { name: "column-left", label: `+ ${words.column} ←`, long: words.addColumnLeft, icon: "", keys: "Alt-Shift-ArrowLeft", run: tables.addColumnLeft },
  { name: "column-remove", label: words.removeColumn, icon: "", run: tables.removeColumn },
  { name: "table-remove", label: words.removeTable, icon: "", run: tables.removeTable },
];

/** @param {string} name @param {string} className */
function div(name, className) {
  const dom = document.createElement("div");
  dom.className = className;
  if (name) dom.setAttribute("role", "group");
  if (name) dom.setAttribute("aria-label", name);
  return dom;
}

export class Toolbar {
  /** @param {{parent: HTMLElement, language: string}} options */
  constructor({ parent, language }) {
    this.language = language;
    this.words = wordsFor(language);
    /** @type {EditorView | null} */
    this.view = null;
    /** @type {{tool: Tool, button: HTMLButtonElement}[]} */
    this.tools = [];
    this.dom = document.createElement("div");
    this.dom.className = "editor-toolbar";
    this.dom.setAttribute("role", "toolbar");
    this.dom.setAttribute("aria-label", this.words.toolbar);
    this.style = this.makeStyle();
    this.more = this.makeMore();
    this.fill();
    this.dom.addEventListener("keydown", (event) => this.onKey(event));
    // The caret stays where it is when a button is pressed with the mouse.
    this.dom.addEventListener("mousedown", (event) => {
      if (!(event.target instanceof HTMLSelectElement)) event.preventDefault();
    });
    parent.append(this.dom);
    this.refresh();
  }

  fill() {
    const groups = toolGroups(this.words).map((group) => {
      const dom = div("", "editor-tools");
      dom.append(...group.map((tool) => this.makeButton(tool)));
      dom.querySelector("[data-tool=bullets]")?.after(this.more);
      return dom;
    });
    const styles = div("", "editor-tools");
    styles.append(this.style);
    groups.splice(1, 0, styles);
    this.tableGroup = div(this.words.tableTools, "editor-tools editor-table-tools");
    this.tableGroup.append(...tableTools(this.words).map((tool) => this.makeButton(tool)));
    this.dom.append(...groups, this.tableGroup);
  }

  makeStyle() {
    const { words } = this;
    const select = document.createElement("select");
    select.className = "editor-style";
    select.disabled = true;
    select.setAttribute("aria-label", words.blockStyle);
    [words.paragraph, words.heading1, words.heading2, words.heading3].forEach((label, level) => select.add(new Option(label, String(level))));
    select.addEventListener("change", () => {
      if (!this.view) return;
      setHeading(Number(select.value))(this.view);
      this.view.focus();
    });
    return select;
  }

  /** On a narrow screen the text needs the height: the tools less used are shown when asked for. */
  makeMore() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "editor-tool editor-more";
    button.textContent = this.words.more;
    button.setAttribute("aria-label", this.words.moreTools);
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", String(this.dom.classList.toggle("editor-toolbar-open")));
      this.rove();
    });
    return button;
  }

  /** @param {Tool} tool */
  makeButton(tool) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `editor-tool${tool.wordy ? " editor-tool-wordy" : ""}${tool.isFirst ? " editor-tool-first" : ""}`;
    button.dataset.tool = tool.name;
    const name = tool.long ?? tool.label;
    button.setAttribute("aria-label", name);
    button.title = tool.keys ? `${name} (${shortcut(tool.keys, this.language)})` : name;
    if (tool.icon) button.append(icon(tool.icon));
    if (tool.wordy || !tool.icon) {
      const word = document.createElement("span");
      word.textContent = tool.label;
      button.append(word);
    }
    button.addEventListener("click", () => {
      if (!this.view || button.getAttribute("aria-disabled") === "true") return;
      tool.run(this.view);
      if (!document.querySelector("dialog[open]") && !["find"].includes(tool.name)) this.view.focus();
      this.refresh();
    });
    this.tools.push({ tool, button });
    return button;
  }

  /** Works on this section from now on. @param {EditorView} view */
  attach(view) {
    this.view = view;
    this.refresh();
  }

  /** @param {EditorView} view */
  detach(view) {
    if (this.view !== view) return;
    this.view = null;
    this.refresh();
  }

  /** Shows the state of the section that has the focus. */
  refresh() {
    const state = this.view?.state;
    const isMarkdown = Boolean(state && isMarkdownShown(state));
    for (const { tool, button } of this.tools) {
      const isPossible = Boolean(state && (!state.readOnly || tool.staysReadOnly) && (tool.isPossible?.(state) ?? true));
      setAttribute(button, "aria-disabled", isPossible ? null : "true");
      if (tool.isOn) setAttribute(button, "aria-pressed", String(Boolean(state && tool.isOn(state))));
    }
    this.style.disabled = !state || state.readOnly;
    this.style.value = String(state ? Math.min(headingLevel(state), 3) : 0);
    if (this.tableGroup) this.tableGroup.hidden = !state || state.readOnly || isMarkdown || !tables.inTable(state);
    this.rove();
  }

  /** @returns {HTMLElement[]} */
  stops() {
    const isShut = narrow.matches && !this.dom.classList.contains("editor-toolbar-open");
    const unseen = `[hidden] *, :disabled${narrow.matches ? "" : ", .editor-more"}${isShut ? `, ${LESS_USED}` : ""}`;
    return /** @type {HTMLElement[]} */ ([...this.dom.querySelectorAll("button, select")].filter((stop) => !stop.matches(unseen)));
  }

  /** One stop of the toolbar is in the page's tab order. @param {HTMLElement} [wanted] */
  rove(wanted) {
    const stops = this.stops();
    const current = wanted ?? stops.find((stop) => stop.tabIndex === 0 && stop.dataset.roving) ?? stops[0];
    for (const stop of this.dom.querySelectorAll("button, select")) {
      if (!(stop instanceof HTMLElement)) continue;
      stop.tabIndex = stop === current ? 0 : -1;
      if (stop === current) stop.dataset.roving = "true";
      else delete stop.dataset.roving;
    }
  }

  focus() {
    const stop = this.stops().find((one) => one.tabIndex === 0);
    stop?.focus();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const stops = this.stops();
    const at = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const goal = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (event.key === "Escape") this.view?.focus();
    else if (goal !== undefined && at >= 0) {
      const stop = stops[(goal + stops.length) % stops.length];
      if (stop) this.rove(stop);
      stop?.focus();
    } else return;
    event.preventDefault();
  }
}

/** @param {HTMLElement} dom @param {string} name @param {string | null} value */
function setAttribute(dom, name, value) {
  if (dom.getAttribute(name) === value) return;
  if (value === null) dom.removeAttribute(name);
  else dom.setAttribute(name, value);
}

/** @param {{parent: HTMLElement, language: string}} options */
export const mountToolbar = (options) => new Toolbar(options);
