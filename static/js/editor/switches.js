// What may be switched while a section is open: whether it can be changed, and whether Markdown is shown.
import { Compartment, EditorState, EditorView } from "../../vendor/codemirror.js";
import { markdownShown } from "./syntax.js";

/** @import { Extension } from "@codemirror/state" */

const markdown = new Compartment();
const writing = new Compartment();

/** @param {boolean} isReadOnly @returns {Extension} */
const readOnly = (isReadOnly) => [
  EditorState.readOnly.of(isReadOnly),
  // The text still takes the focus, so that it can be read and searched by keyboard.
  EditorView.editable.of(!isReadOnly),
  EditorView.contentAttributes.of(isReadOnly ? { tabindex: "0", "aria-readonly": "true" } : {}),
];

/** @param {{isReadOnly: boolean, isMarkdown: boolean}} options @returns {Extension} */
export const switches = ({ isReadOnly, isMarkdown }) => [
  writing.of(readOnly(isReadOnly)),
  markdown.of(shown(isMarkdown)),
];

/** @param {boolean} isMarkdown @returns {Extension} */
const shown = (isMarkdown) => [
  markdownShown.of(isMarkdown),
  EditorView.editorAttributes.of(isMarkdown ? { class: "editor-markdown" } : {}),
];

/** @param {EditorState} state */
export const isMarkdownShown = (state) => state.facet(markdownShown);

/** @param {EditorView} view @param {boolean} isShown */
export function showMarkdown(view, isShown) {
  view.dispatch({ effects: markdown.reconfigure(shown(isShown)) });
  return true;
}

/** @param {EditorState} state */
export const isReadOnly = (state) => state.readOnly;

/** Lets the section be changed, or only read. @param {EditorView} view @param {boolean} isReadOnly */
export function setReadOnly(view, isReadOnly) {
  view.dispatch({ effects: writing.reconfigure(readOnly(isReadOnly)) });
}
