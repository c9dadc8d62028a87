// Lists: what a line's item is. What makes items and moves them in and out is fetched later (list_shape.js).
import { itemising, later } from "./later.js";
import { shownLine } from "./layout.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { SyntaxNode } from "@lezer/common" */
/** @import { Shown } from "./layout.js" */

/** @typedef {{node: SyntaxNode, mark: SyntaxNode | null, ordered: boolean}} Item */

/** The innermost list item that holds a line. @param {Shown} shown @returns {Item | undefined} */
export const itemOf = (shown) => shown.items.at(-1);

/** The kind of list that holds the caret. @param {EditorState} state @returns {"ordered" | "bullet" | null} */
export function listKind(state) {
  const item = itemOf(shownLine(state, state.selection.main.head));
  return item ? (item.ordered ? "ordered" : "bullet") : null;
}

/** The mark that continues a list after this item. @param {EditorState} state @param {SyntaxNode} item */
export function nextMark(state, item) {
  const mark = item.firstChild;
  const text = mark ? state.sliceDoc(mark.from, mark.to) : "-";
  const number = /^(\d+)(.)$/.exec(text);
  return number ? `${Number(number[1]) + 1}${number[2]} ` : `${text} `;
}

/** @param {boolean} ordered */
export const toggleList = (ordered) => later(itemising, (module) => module.toggleList(ordered));
export const indent = later(itemising, (module) => module.indent);
export const outdent = later(itemising, (module) => module.outdent);
