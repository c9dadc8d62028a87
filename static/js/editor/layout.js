// Which part of each line is text that the caret may stand in, and which is only structure that the page draws.
import { EditorSelection, EditorState, RangeValue } from "../../vendor/codemirror.js";
import { rowCells } from "./grammar.js";
import { isBlank, lineShape, markdownShown } from "./syntax.js";

/** @import { Line } from "@codemirror/state" */
/** @import { LineShape } from "./syntax.js" */

/**
 * A line of the page. `start` and `end` bound its editable text.
 * @typedef {LineShape & {end: number, isGap: boolean, cells: Cell[]}} Shown
 * `from` and `to` are the whole cell between its pipes, `start` and `end` its text.
 * @typedef {{from: number, to: number, start: number, end: number}} Cell
 */

/** Blank lines looked back over to tell a paragraph's gap from an empty paragraph. */
const MOST_BLANKS = 200;

/**
 * Of a run of blank lines between two blocks every other one, from the first, is only the gap that Markdown needs;
 * those between are empty paragraphs that somebody is about to fill.
 * @param {EditorState} state @param {Line} line
 */
function isGap(state, line) {
  if (!isBlank(line) || state.doc.lines === 1) return false;
  let before = 0;
  let number = line.number - 1;
  while (number >= 1 && before < MOST_BLANKS && isBlank(state.doc.line(number))) {
    before++;
    number--;
  }
  const startsText = number < 1;
  return startsText ? before % 2 === 1 : before % 2 === 0;
}

/** @param {LineShape} shape @param {number} head @returns {Cell[]} */
function cellsOf({ line, start, row }, head) {
  if (row !== "TableHeader" && row !== "TableRow") return [];
  return rowCells(line.text.slice(start - line.from)).map((range) => {
    const from = start + range.from;
    const to = start + range.to;
    const text = line.text.slice(from - line.from, to - line.from);
    if (text.trim() === "") {
      const middle = Math.min(from + 1, to);
      return { from, to, start: middle, end: middle };
    }
    // A space typed at the end of a cell is shown while the caret is there.
    const least = from + text.trimEnd().length;
    return {
      from, to, start: from + (text.startsWith(" ") ? 1 : 0),
      end: head > least && head <= to ? Math.max(least, Math.min(head, to)) : least,
    };
  });
}

/** @param {EditorState} state @param {number} pos @returns {Shown} */
export function shownLine(state, pos) {
  const shape = lineShape(state, pos);
  const gap = !shape.isCode && isGap(state, shape.line);
  const cells = cellsOf(shape, state.selection.main.head);
  const first = cells[0];
  const last = cells.at(-1);
  return {
    ...shape, isGap: gap, cells,
    start: first ? first.start : shape.start,
    end: last ? last.end : shape.line.to,
  };
}

/** Whether a line takes no caret. @param {Shown} shown */
export const isStructure = (shown) => shown.isGap || shown.row === "TableDelimiter";

/**
 * The nearest line before this one that takes the caret.
 * @param {EditorState} state @param {Line} line @returns {Shown | null}
 */
export function lineBefore(state, line) {
  for (let number = line.number - 1; number >= 1; number--) {
    const shown = shownLine(state, state.doc.line(number).from);
    if (!isStructure(shown)) return shown;
  }
  return null;
}

/** @param {EditorState} state @param {Line} line @returns {Shown | null} */
export function lineAfter(state, line) {
  for (let number = line.number + 1; number <= state.doc.lines; number++) {
    const shown = shownLine(state, state.doc.line(number).from);
    if (!isStructure(shown)) return shown;
  }
  return null;
}

class Atom extends RangeValue {}
export const atom = new Atom();

/**
 * The nearest place where a caret may stand on its line's text.
 * @param {EditorState} state @param {number} pos @returns {number}
 */
export function settle(state, pos) {
  const shown = shownLine(state, pos);
  if (isStructure(shown)) {
    const near = lineBefore(state, shown.line) ?? lineAfter(state, shown.line);
    return near ? (near.line.from < shown.line.from ? near.end : near.start) : pos;
  }
  if (shown.cells.length) {
    // The cell that holds it; else the nearest.
    const cell = shown.cells.find((one) => pos <= one.to) ?? /** @type {Cell} */ (shown.cells.at(-1));
    return Math.max(cell.start, Math.min(pos, cell.end));
  }
  return Math.max(shown.start, Math.min(pos, shown.end));
}

/** Keeps what the keyboard, the mouse and the tools select out of hidden marks at a line's beginning. */
const settledSelection = EditorState.transactionFilter.of((tr) => {
  if (!tr.selection || tr.docChanged || tr.startState.facet(markdownShown) || !tr.isUserEvent("select")) return tr;
  const state = tr.startState;
  const ranges = tr.selection.ranges.map((range) => {
    if (!range.empty) return range;
    const head = settle(state, range.head);
    return head === range.head ? range : EditorSelection.cursor(head, range.assoc, undefined, range.goalColumn);
  });
  return ranges.every((range, i) => range === tr.selection?.ranges[i]) ? tr
    : [tr, { selection: EditorSelection.create(ranges, tr.selection.mainIndex) }];
});

export const layout = [settledSelection];
