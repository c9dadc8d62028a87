// Blocks: paragraphs, headings and quotations, and the blank lines that Markdown needs between them.
import { EditorSelection } from "../../vendor/codemirror.js";
import { isStructure, shownLine } from "./layout.js";
import { isBlank } from "./syntax.js";

/** @import { ChangeSpec, EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { Shown } from "./layout.js" */

/** The lines of the selection that hold text. @param {EditorState} state @returns {Shown[]} */
export function selectedLines(state) {
  const { from, to, empty } = state.selection.main;
  const shown = [];
  for (let number = state.doc.lineAt(from).number; number <= state.doc.lineAt(to).number; number++) {
    const line = shownLine(state, state.doc.line(number).from);
    // A selection that ends before a line's text does not mean that line.
    if (isStructure(line) || (!empty && line.line.from > from && to <= line.start && line.start < line.end)) continue;
    shown.push(line);
  }
  return shown;
}

/** The quote marks before a line's text. @param {Shown} shown */
export const quotePrefix = (shown) => "> ".repeat(shown.quotes);

/**
 * The line breaks that a paragraph made of this line needs to stand apart from its neighbours.
 * @param {EditorState} state @param {Shown} shown @returns {{before: string, after: string}}
 */
export function separation(state, shown) {
  const { line } = shown;
  const prefix = quotePrefix(shown).trimEnd();
  const blank = `\n${prefix}`.trimEnd() || "\n";
  const above = line.number > 1 && !isBlank(state.doc.line(line.number - 1));
  const below = line.number < state.doc.lines && !isBlank(state.doc.line(line.number + 1));
  return { before: above ? `${prefix}\n` : "", after: below ? (prefix ? blank : "\n") : "" };
}

/**
 * The line breaks that set each of these lines apart, once between two of them.
 * @param {EditorState} state @param {Shown[]} lines @param {(shown: Shown) => string} prefixOf @returns {Reshaped[]}
 */
export function setApart(state, lines, prefixOf) {
  const numbers = new Set(lines.map((shown) => shown.line.number));
  return lines.map((shown) => {
    const { before, after } = separation(state, shown);
    return { shown, prefix: prefixOf(shown), before, after: numbers.has(shown.line.number + 1) ? "" : after };
  });
}

/**
 * A line whose beginning is written anew.
 * @typedef {{shown: Shown, prefix: string, before?: string, after?: string}} Reshaped
 */

/**
 * Writes line beginnings anew; the selection stays with its text.
 * @param {EditorView} view @param {Reshaped[]} lines @param {string} userEvent @param {ChangeSpec[]} [more] further changes
 */
export function reshape(view, lines, userEvent, more = []) {
  const { state } = view;
  const { main } = state.selection;
  const changes = state.changes([
    ...lines.flatMap(({ shown, prefix, before = "", after = "" }) => [
      { from: shown.line.from, to: shown.start, insert: before + prefix },
      { from: shown.line.to, insert: after },
    ]),
    ...more,
  ]);
  const follow = (/** @type {number} */ pos) => {
    const own = lines.find(({ shown }) => pos >= shown.line.from && pos <= shown.line.to);
    if (!own) return changes.mapPos(pos, -1);
    const begins = changes.mapPos(own.shown.line.from, -1) + (own.before?.length ?? 0) + own.prefix.length;
    return begins + Math.max(0, pos - own.shown.start);
  };
  view.dispatch({
    changes,
    selection: EditorSelection.range(follow(main.anchor), follow(main.head)),
    scrollIntoView: true,
    userEvent,
  });
  return true;
}

/**
 * Makes the selected lines headings of this level, or paragraphs (level 0).
 * @param {number} level @returns {(view: EditorView) => boolean}
 */
export const setHeading = (level) => (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  const lines = selectedLines(state).filter((shown) => !shown.row && !shown.isCode && !shown.definition && !shown.isRule);
  if (!lines.length) return false;
  const mark = level ? `${"#".repeat(level)} ` : "";
  return reshape(view, setApart(state, lines, (shown) => quotePrefix(shown) + mark), "input.heading");
};

/** The level of the heading that holds the caret, or 0. @param {EditorState} state */
export const headingLevel = (state) => shownLine(state, state.selection.main.head).heading;

/** Whether the caret stands in a quotation. @param {EditorState} state */
export const isQuoted = (state) => shownLine(state, state.selection.main.head).quotes > 0;

/** Puts the selected lines into a quotation, or takes them out. @param {EditorView} view */
export function toggleQuote(view) {
  const { state } = view;
  const lines = selectedLines(state).filter((shown) => !shown.definition);
  const first = lines[0];
  const last = lines.at(-1);
  if (state.readOnly || !first || !last) return false;
  const removes = lines.every((shown) => shown.quotes > 0);
  /** @type {Reshaped[]} */
  const reshaped = [];
  for (let number = first.line.number; number <= last.line.number; number++) {
    const shown = shownLine(state, state.doc.line(number).from);
    const old = state.sliceDoc(shown.line.from, shown.start);
    if (removes) reshaped.push({ shown, prefix: old.replace(/^ {0,3}> ?/, "") });
    else reshaped.push({ shown, prefix: (isBlank(shown.line) && shown.isGap ? ">" : "> ") + old });
  }
  return reshape(view, reshaped, "input.quote", apart(state, first, last));
}

/**
 * Blank lines around a run of lines, so that a quotation neither swallows nor joins its neighbours.
 * @param {EditorState} state @param {Shown} first @param {Shown} last @returns {ChangeSpec[]} */
function apart(state, first, last) {
  /** @type {ChangeSpec[]} */
  const changes = [];
  const above = first.line.number > 1 ? state.doc.line(first.line.number - 1) : null;
  const below = last.line.number < state.doc.lines ? state.doc.line(last.line.number + 1) : null;
  if (above && above.text.replace(/^[>\s]+$/, "") !== "") changes.unshift({ from: above.to, insert: "\n" });
  else if (above?.text.includes(">")) changes.unshift({ from: above.from, to: above.to });
  if (below && below.text.replace(/^[>\s]+$/, "") !== "") changes.push({ from: last.line.to, insert: "\n" });
  else if (below?.text.includes(">")) changes.push({ from: below.from, to: below.to });
  return changes;
}
