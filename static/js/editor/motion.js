// Up and down over the page: gaps between paragraphs are skipped, and cells are left for the cell above or below.
import { EditorSelection } from "../../vendor/codemirror.js";
import { isStructure, settle, shownLine } from "./layout.js";
import { markdownShown } from "./syntax.js";
import { placeAt } from "./tables.js";

/** @import { EditorView } from "@codemirror/view" */

/** How far, in line heights, the next line of text may be. */
const FARTHEST = 8;

/**
 * The place one line of text further, at the column that the movement began at.
 * @param {EditorView} view @param {1 | -1} step @returns {{pos: number, goal: number} | null}
 */
function beyond(view, step) {
  const { main } = view.state.selection;
  const at = view.coordsAtPos(main.head, main.assoc || 1);
  if (!at) return null;
  const left = view.contentDOM.getBoundingClientRect().left;
  const goal = main.goalColumn ?? at.left - left;
  const height = Math.max(at.bottom - at.top, 8);
  for (let distance = height * 0.6; distance < height * FARTHEST; distance += height * 0.3) {
    const y = step > 0 ? at.bottom + distance - height * 0.4 : at.top - distance + height * 0.4;
    const inRow = view.dom.ownerDocument.elementFromPoint(left + goal, y)?.closest(".cm-row");
    const pos = inRow ? placeAt(view, left + goal, y) : view.posAtCoords({ x: left + goal, y }, false);
    if (pos === null || isStructure(shownLine(view.state, pos))) continue;
    const settled = settle(view.state, pos);
    const there = view.coordsAtPos(settled, 1);
    const isFurther = there && (step > 0 ? there.top >= at.bottom - height * 0.4 : there.bottom <= at.top + height * 0.4);
    if (isFurther) return { pos: settled, goal };
  }
  return null;
}

/** @param {1 | -1} step @param {boolean} extends_ @returns {(view: EditorView) => boolean} */
export const moveLine = (step, extends_) => (view) => {
  const { state } = view;
  if (state.facet(markdownShown)) return false;
  const found = beyond(view, step);
  if (!found) return false;
  const { main } = state.selection;
  const range = extends_ ? EditorSelection.range(main.anchor, found.pos, found.goal)
    : EditorSelection.cursor(found.pos, 1, undefined, found.goal);
  view.dispatch({ selection: EditorSelection.create([range]), scrollIntoView: true, userEvent: "select" });
  return true;
};
