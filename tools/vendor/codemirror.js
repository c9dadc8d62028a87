// What static/vendor/codemirror.js holds: the CodeMirror parts that the browser code uses, and no others.
// `make vendor` bundles this file, and copies it as the bundle's type declarations.
export {
  Annotation, ChangeDesc, ChangeSet, CharCategory, Compartment, EditorSelection, EditorState, Facet, MapMode, Prec,
  RangeSet, RangeSetBuilder, RangeValue, SelectionRange, StateEffect, StateField, Text, Transaction, codePointAt,
  codePointSize, combineConfig, findClusterBreak, fromCodePoint,
} from "@codemirror/state";
export {
  BlockWrapper, Decoration, EditorView, ViewPlugin, ViewUpdate, WidgetType, dropCursor, getDialog,
  getPanel, keymap,
  runScopeHandlers, showDialog, showPanel,
} from "@codemirror/view";
export {
  cursorCharLeft, cursorCharRight, cursorDocEnd, cursorDocStart, cursorGroupLeft, cursorGroupRight,
  cursorLineBoundaryBackward, cursorLineBoundaryForward, cursorLineDown, cursorLineUp, cursorPageDown, cursorPageUp,
  history, redo, redoDepth, selectAll, selectCharLeft, selectCharRight, selectDocEnd, selectDocStart, selectGroupLeft,
  selectGroupRight, selectLineBoundaryBackward, selectLineBoundaryForward, selectLineDown, selectLineUp,
  selectPageDown, selectPageUp, undo, undoDepth,
} from "@codemirror/commands";
export { collab, getClientID, getSyncedVersion, receiveUpdates, rebaseUpdates, sendableUpdates } from "@codemirror/collab";
export { Table, parser as markdownParser } from "@lezer/markdown";
export { TreeFragment } from "@lezer/common";
