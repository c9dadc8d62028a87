// What static/vendor/codemirror.js holds: the CodeMirror parts that the browser code uses, and no others.
// `make vendor` bundles this file, and copies it as the bundle's type declarations.
export {
  Annotation, ChangeDesc, ChangeSet, Compartment, EditorSelection, EditorState, Facet, MapMode, Prec,
  RangeSet, RangeSetBuilder, RangeValue, SelectionRange, StateEffect, StateField, Text, Transaction, findClusterBreak,
} from "@codemirror/state";
export {
  BlockWrapper, Decoration, EditorView, ViewPlugin, ViewUpdate, WidgetType, drawSelection, dropCursor, getPanel, keymap,
  placeholder, runScopeHandlers, showPanel,
} from "@codemirror/view";
export {
  deleteCharBackward, deleteCharForward, deleteGroupBackward, deleteGroupForward, history, historyKeymap, redo,
  redoDepth, standardKeymap, undo, undoDepth,
} from "@codemirror/commands";
export { collab, getClientID, getSyncedVersion, receiveUpdates, rebaseUpdates, sendableUpdates } from "@codemirror/collab";
export {
  SearchQuery, closeSearchPanel, findNext, findPrevious, getSearchQuery, openSearchPanel, replaceAll, replaceNext,
  search, searchPanelOpen, setSearchQuery,
} from "@codemirror/search";
export { MarkdownParser, Table, parser as markdownParser } from "@lezer/markdown";
export { Tree, TreeFragment } from "@lezer/common";
