// Deleting by character and by word, where nothing special stands in the way.
import { EditorSelection, EditorView, findClusterBreak } from "../../vendor/codemirror.js";

/** Past whatever is drawn as one thing. @param {EditorView} view @param {number} pos @param {boolean} isForward */
function skipAtoms(view, pos, isForward) {
  for (const atoms of view.state.facet(EditorView.atomicRanges).map((ranges) => ranges(view))) {
    atoms.between(pos, pos, (from, to) => {
      if (from < pos && to > pos) pos = isForward ? to : from;
    });
  }
  return pos;
}

/** @param {EditorView} view @param {boolean} isForward @param {(head: number) => number} goal */
function deleteTo(view, isForward, goal) {
  const { state } = view;
  if (state.readOnly) return false;
  const changes = state.changeByRange((range) => {
    let { from, to } = range;
    if (range.empty) {
      const end = skipAtoms(view, goal(range.head), isForward);
      from = Math.min(from, end);
      to = Math.max(to, end);
    }
    return from === to ? { range } : { changes: { from, to }, range: EditorSelection.cursor(from) };
  });
  if (changes.changes.empty) return false;
  const userEvent = state.selection.main.empty ? (isForward ? "delete.forward" : "delete.backward") : "delete.selection";
  view.dispatch({ ...changes, scrollIntoView: true, userEvent });
  return true;
}

/** @param {boolean} isForward */
const deleteChar = (isForward) => (/** @type {EditorView} */ view) => deleteTo(view, isForward, (head) => {
  const line = view.state.doc.lineAt(head);
  if (head === (isForward ? line.to : line.from)) {
    return Math.max(0, Math.min(view.state.doc.length, head + (isForward ? 1 : -1)));
  }
  return line.from + findClusterBreak(line.text, head - line.from, isForward, isForward);
});

/** @param {boolean} isForward */
const deleteGroup = (isForward) => (/** @type {EditorView} */ view) => deleteTo(view, isForward, (head) =>
  view.moveByGroup(EditorSelection.cursor(head), isForward).head);

/** @param {boolean} isForward */
const deleteLine = (isForward) => (/** @type {EditorView} */ view) => deleteTo(view, isForward, (head) =>
  view.moveToLineBoundary(EditorSelection.cursor(head), isForward).head);

export const deleteCharBackward = deleteChar(false);
export const deleteCharForward = deleteChar(true);
export const deleteGroupBackward = deleteGroup(false);
export const deleteGroupForward = deleteGroup(true);
export const deleteLineBackward = deleteLine(false);
export const deleteLineForward = deleteLine(true);
