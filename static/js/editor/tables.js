// Tables: real cells to type in, rows and columns to add and remove.
import { EditorSelection } from "../../vendor/codemirror.js";
import { separation } from "./blocks.js";
import { lineAfter, lineBefore, settle, shownLine } from "./layout.js";
import { enclosing, markdownShown } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { SyntaxNode } from "@lezer/common" */
/** @import { Shown, Cell } from "./layout.js" */

/**
 * The table around the caret. `rows` leaves the delimiter row out.
 * @typedef {{node: SyntaxNode, rows: Shown[], delimiter: Shown, row: number, column: number, columns: number}} Place
 */

/** @param {EditorState} state @param {number} [pos] @returns {Place | null} */
export function tableAt(state, pos = state.selection.main.head) {
  const node = enclosing(state, pos, "Table", -1) ?? enclosing(state, pos, "Table", 1);
  if (!node) return null;
  /** @type {Shown[]} */
  const rows = [];
  let delimiter = null;
  const last = state.doc.lineAt(node.to).number;
  for (let number = state.doc.lineAt(node.from).number; number <= last; number++) {
    const shown = shownLine(state, state.doc.line(number).from);
    if (shown.row === "TableDelimiter") delimiter = shown;
    else rows.push(shown);
  }
  const row = rows.findIndex((shown) => pos >= shown.line.from && pos <= shown.line.to);
  const own = rows[row];
  if (!delimiter || !own || !rows[0]) return null;
  const column = own.cells.findIndex((cell) => pos <= cell.to);
  return { node, rows, delimiter, row, columns: rows[0].cells.length, column: column < 0 ? own.cells.length - 1 : column };
}

/** Whether the caret stands in a table. @param {EditorState} state */
export const inTable = (state) => !state.facet(markdownShown) && shownLine(state, state.selection.main.head).cells.length > 0;

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

/** @param {EditorView} view @param {Cell | undefined} cell @param {boolean} selects */
function enter(view, cell, selects) {
  if (!cell) return false;
  view.dispatch({
    selection: selects ? EditorSelection.range(cell.start, cell.end) : EditorSelection.cursor(cell.start),
    scrollIntoView: true,
    userEvent: "select",
  });
  return true;
}

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
    return { from: prefixEnd, to: shown.line.to, insert: rowText(edit(cells, isDelimiter)) };
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
    const next = /** @type {Shown} */ (place.rows[1]);
    const text = state.sliceDoc(next.line.from, next.line.to);
    view.dispatch({
      changes: [{ from: own.line.from, to: own.line.to, insert: text }, { from: next.line.from - 1, to: next.line.to }],
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

/** @param {1 | -1} step @returns {(view: EditorView) => boolean} Goes to the next or previous cell; after the last cell adds a row. */
const moveCell = (step) => (view) => {
  const { state } = view;
  if (!inTable(state)) return false;
  const place = tableAt(state);
  const own = place?.rows[place.row];
  if (!place || !own) return false;
  const same = own.cells[place.column + step];
  if (same) return enter(view, same, true);
  const row = place.rows[place.row + step];
  if (row) return enter(view, step > 0 ? row.cells[0] : row.cells.at(-1), true);
  return step > 0 ? addRowBelow(view) : true;
};

export const nextCell = moveCell(1);
export const previousCell = moveCell(-1);

/** Goes to the cell below; below the last row, out of the table. @param {EditorView} view */
export function cellBelow(view) {
  return leaveCell(view, 1);
}

/** @param {EditorView} view @param {1 | -1} step */
function leaveCell(view, step) {
  const { state } = view;
  const place = tableAt(state);
  if (!inTable(state) || !place) return false;
  const row = place.rows[place.row + step];
  if (row) return enter(view, row.cells[Math.min(place.column, row.cells.length - 1)], false);
  const edge = state.doc.lineAt(step > 0 ? place.node.to : place.node.from);
  const beyond = step > 0 ? lineAfter(state, edge) : lineBefore(state, edge);
  if (beyond) {
    view.dispatch({ selection: EditorSelection.cursor(beyond.start), scrollIntoView: true, userEvent: "select" });
    return true;
  }
  return step > 0 ? paragraphBelow(view, place) : true;
}

/** @param {EditorView} view @param {Place} place */
function paragraphBelow(view, place) {
  const end = view.state.doc.lineAt(place.node.to).to;
  if (view.state.readOnly) return true;
  view.dispatch({
    changes: { from: end, to: view.state.doc.length, insert: "\n\n" },
    selection: EditorSelection.cursor(end + 2),
    scrollIntoView: true,
    userEvent: "input",
  });
  return true;
}

/**
 * Up and down inside a table: within a cell's lines where there are several, then to the cell above or below.
 * @param {1 | -1} step @returns {(view: EditorView) => boolean}
 */
export const moveRow = (step) => (view) => {
  const { state } = view;
  if (!inTable(state) || !state.selection.main.empty) return false;
  const head = state.selection.main.head;
  const place = tableAt(state);
  const cell = place?.rows[place.row]?.cells[place.column];
  const at = view.coordsAtPos(head);
  if (cell && at) {
    const y = step > 0 ? at.bottom + (at.bottom - at.top) * 0.7 : at.top - (at.bottom - at.top) * 0.7;
    const pos = placeAt(view, at.left, y);
    if (pos !== null && pos >= cell.start && pos <= cell.end && (pos - head) * step > 0) {
      view.dispatch({ selection: EditorSelection.cursor(pos), scrollIntoView: true, userEvent: "select" });
      return true;
    }
  }
  return leaveCell(view, step);
};

/** The place under a point, as the browser sees it: cells stand beside each other, lines of text do not. @param {EditorView} view @param {number} x @param {number} y @returns {number | null} */
export function placeAt(view, x, y) {
  const document_ = /** @type {any} */ (view.dom.ownerDocument);
  const found = document_.caretPositionFromPoint?.(x, y);
  const range = found ? null : document_.caretRangeFromPoint?.(x, y);
  const node = found?.offsetNode ?? range?.startContainer;
  if (!node || !view.contentDOM.contains(node)) return null;
  return view.posAtDOM(node, found?.offset ?? range.startOffset);
}

/** @param {EditorState} state @param {number} anchor @param {number} head */
export function pointerSelection(state, anchor, head) {
  const to = settle(state, head);
  return anchor === head ? EditorSelection.single(to) : EditorSelection.single(settle(state, anchor), to);
}
