// Who undoes: the host's own stack (live editing), or CodeMirror's history where nobody else writes.
import { Facet, Prec, history, keymap, redo, redoDepth, undo, undoDepth } from "../../vendor/codemirror.js";

/** @import { EditorState, Extension } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */

/**
 * @typedef {object} History
 * @property {(view: EditorView) => boolean} undo
 * @property {(view: EditorView) => boolean} redo
 * @property {(state: EditorState) => boolean} canUndo
 * @property {(state: EditorState) => boolean} canRedo
 */

/** @type {History} */
const own = { undo, redo, canUndo: (state) => undoDepth(state) > 0, canRedo: (state) => redoDepth(state) > 0 };

/** @type {Facet<History, History>} */
const historyFacet = Facet.define({ combine: (values) => values[0] ?? own });

/** @param {EditorState} state @returns {History} */
export const historyOf = (state) => state.facet(historyFacet);

/** @param {History} [supplied] the host's @returns {Extension} */
export const undoing = (supplied) => [
  supplied ? historyFacet.of(supplied) : history(),
  Prec.high(keymap.of([
    { key: "Mod-z", run: (view) => historyOf(view.state).undo(view), preventDefault: true },
    { key: "Mod-y", mac: "Mod-Shift-z", run: (view) => historyOf(view.state).redo(view), preventDefault: true },
    { key: "Mod-Shift-z", run: (view) => historyOf(view.state).redo(view), preventDefault: true },
  ])),
];
