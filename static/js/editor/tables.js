// Tables: real cells to type in. What adds and removes rows and columns is fetched later (table_shape.js).
import { EditorSelection } from "../../vendor/codemirror.js";
import { later, shaping } from "./later.js";
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

/** @param {EditorView} view @param {Cell | undefined} cell @param {boolean} selects */
export function enter(view, cell, selects) {
  if (!cell) return false;
  view.dispatch({
    selection: selects ? EditorSelection.range(cell.start, cell.end) : EditorSelection.cursor(cell.start),
    scrollIntoView: true,
    userEvent: "select",
  });
  return true;
}

/** @param {"addRowBelow" | "addRowAbove" | "addColumnRight" | "addColumnLeft" | "removeColumn" | "removeRow" | "removeTable"} name */
const shape = (name) => {
  const act = later(shaping, (module) => module[name]);
  return (/** @type {EditorView} */ view) => !view.state.readOnly && inTable(view.state) && act(view);
};

export const addRowBelow = shape("addRowBelow");
export const addRowAbove = shape("addRowAbove");
export const addColumnRight = shape("addColumnRight");
export const addColumnLeft = shape("addColumnLeft");
export const removeColumn = shape("removeColumn");
export const removeRow = shape("removeRow");
export const removeTable = shape("removeTable");
export const insertTable = later(shaping, (module) => module.insertTable);

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
