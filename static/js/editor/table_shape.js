// Tables made, their rows and columns added and removed.
import { EditorSelection } from "../../vendor/codemirror.js";
import { separation } from "./blocks.js";
import { shownLine } from "./layout.js";
import { enter, inTable, tableAt } from "./tables.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { Shown } from "./layout.js" */
/** @import { Place } from "./tables.js" */

/** What stands before a row's text: quote marks and indentation. @param {EditorState} state @param {Shown} shown */
function rowPrefix(state, shown) {
  const cell = shown.cells[0];
  const lead = state.sliceDoc(shown.line.from, cell ? cell.from : shown.start);
  return lead.replace(/\|$/, "").replace(/[^\s>]/g, " ");
}

/** @param {string[]} cells */
const rowText = (cells) => `| ${cells.join(" | ")} |`;

/** @param {EditorState} state @param {Shown} shown @returns {string[]} */
const cellTexts = (state, shown) => shown.cells.map((cell) => state.sliceDoc(cell.from, cell.to).trim());

/** Inserts a table of three columns at the caret and goes to its first cell. @param {EditorView} view */
export function insertTable(view) {
  const { state } = view;
  const shown = shownLine(state, state.selection.main.head);
  if (state.readOnly || tableAt(state) || shown.isCode || shown.definition) return false;
  const prefix = shown.isGap ? "" : "> ".repeat(shown.quotes);
  const empty = rowText(["", "", ""]);
  const rows = [empty, rowText(["---", "---", "---"]), empty, empty];
  const text = rows.map((row) => prefix + row).join("\n");
  const blank = prefix.trimEnd();
  const isEmpty = shown.start >= shown.line.to && !shown.items.length && !shown.heading;
  const { before, after } = separation(state, shown);
  const lead = isEmpty ? before : `\n${blank}\n`;
  const at = isEmpty ? shown.line.from : shown.line.to;
  const tail = after || (shown.line.number === state.doc.lines ? `\n${blank}\n${prefix}` : "");
  view.dispatch({
    changes: { from: at, to: shown.line.to, insert: lead + text + tail },
    selection: EditorSelection.cursor(at + lead.length + prefix.length + 2),
    scrollIntoView: true,
    userEvent: "input.table",
  });
  view.focus();
  return true;
}

/** @param {EditorView} view @param {Place} place @param {number} row the row it comes after; -1 puts it first */
function insertRow(view, place, row) {
  const { state } = view;
  const after = row < 1 ? place.delimiter : place.rows[row];
  if (!after) return false;
  const prefix = rowPrefix(state, /** @type {Shown} */ (place.rows[0]));
  const text = prefix + rowText(Array(place.columns).fill(""));
  view.dispatch({
    changes: { from: after.line.to, insert: `\n${text}` },
    selection: EditorSelection.cursor(after.line.to + 1 + prefix.length + 2),
    scrollIntoView: true,
    userEvent: "input.table",
  });
  return true;
}

/** @param {(view: EditorView, place: Place) => boolean} act @returns {(view: EditorView) => boolean} */
const withTable = (act) => (view) => {
  if (view.state.readOnly || !inTable(view.state)) return false;
  const place = tableAt(view.state);
  return place ? act(view, place) : false;
};

/** Adds a row below the caret's. */
export const addRowBelow = withTable((view, place) => insertRow(view, place, place.row));
/** Adds a row above the caret's; above the header there is none, so below it. */
export const addRowAbove = withTable((view, place) => insertRow(view, place, Math.max(place.row - 1, 0)));

/**
 * The change of a line that leaves what both have at its ends: whoever wrote or proposed the other cells is still their author.
 * @param {EditorState} state @param {number} from @param {number} to @param {string} text
 */
function changeOf(state, from, to, text) {
  const old = state.sliceDoc(from, to);
  const most = Math.min(old.length, text.length);
  let start = 0;
  while (start < most && old[start] === text[start]) start++;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  return { from: from + start, to: to - end, insert: text.slice(start, text.length - end) };
}

/** Rewrites every row's cells. @param {EditorView} view @param {Place} place @param {(cells: string[], isDelimiter: boolean) => string[]} edit @param {number} column the caret's afterwards */
function rewriteRows(view, place, edit, column) {
  const { state } = view;
  const changes = [...place.rows, place.delimiter].map((shown) => {
    const isDelimiter = shown === place.delimiter;
    const cells = isDelimiter ? state.sliceDoc(shown.start, shown.line.to).replace(/^\s*\||\|\s*$/g, "").split("|").map((cell) => cell.trim())
      : cellTexts(state, shown);
    while (cells.length < place.columns) cells.push(isDelimiter ? "---" : "");
    const from = shown.line.from + rowPrefix(state, shown).length;
    const prefixEnd = isDelimiter ? shown.start : from;
    return changeOf(state, prefixEnd, shown.line.to, rowText(edit(cells, isDelimiter)));
  });
  const set = state.changes(changes);
  const own = place.rows[place.row];
  if (!own) return false;
  view.dispatch({ changes: set, userEvent: "input.table" });
  const line = view.state.doc.lineAt(set.mapPos(own.line.from, -1));
  return enter(view, shownLine(view.state, line.from).cells[column], false);
}

export const addColumnRight = withTable((view, place) => rewriteRows(view, place, (cells, isDelimiter) =>
  cells.toSpliced(place.column + 1, 0, isDelimiter ? "---" : ""), place.column + 1));
export const addColumnLeft = withTable((view, place) => rewriteRows(view, place, (cells, isDelimiter) =>
  cells.toSpliced(place.column, 0, isDelimiter ? "---" : ""), place.column));

/** Removes the caret's column; the last one takes the table with it. */
export const removeColumn = withTable((view, place) => (place.columns === 1 ? removeTable(view)
  : rewriteRows(view, place, (cells) => cells.toSpliced(place.column, 1), Math.max(0, place.column - 1))));

/** Removes the caret's row. The next row becomes the header when the header goes; the last row takes the table with it. */
export const removeRow = withTable((view, place) => {
  const own = place.rows[place.row];
  if (!own) return false;
  if (place.rows.length === 1) return removeTable(view);
  const { state } = view;
  if (place.row === 0) {
    // The row below moves up by moving the line between them down: its words stay whose they are.
    const next = /** @type {Shown} */ (place.rows[1]);
    const rule = state.sliceDoc(place.delimiter.line.from, place.delimiter.line.to);
    view.dispatch({
      changes: [{ from: own.line.from, to: next.line.from }, { from: next.line.to, insert: `\n${rule}` }],
      userEvent: "delete.table",
    });
  } else {
    view.dispatch({ changes: { from: own.line.from - 1, to: own.line.to }, userEvent: "delete.table" });
  }
  const now = tableAt(view.state, Math.min(own.line.from, view.state.doc.length)) ?? tableAt(view.state, own.line.from - 1);
  const row = now?.rows[Math.min(place.row, now.rows.length - 1)];
  return enter(view, row?.cells[Math.min(place.column, row.cells.length - 1)], false);
});

/** Removes the whole table. */
export const removeTable = withTable((view, place) => {
  const { state } = view;
  const from = state.doc.lineAt(place.node.from).from;
  const to = state.doc.lineAt(place.node.to).to;
  view.dispatch({ changes: { from, to }, selection: EditorSelection.cursor(from), userEvent: "delete.table", scrollIntoView: true });
  return true;
});
