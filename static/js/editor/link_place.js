// Where a link stands.
import { enclosing } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */

/** @typedef {{from: number, to: number, text: string, address: string, exists: boolean}} LinkPlace */

/** The link at the caret, or what would become one. @param {EditorState} state @returns {LinkPlace} */
export function linkAt(state) {
  const { from, to, head } = state.selection.main;
  const node = enclosing(state, head, "Link", -1) ?? enclosing(state, head, "Link", 1);
  const url = node?.getChild("URL");
  const marks = node?.getChildren("LinkMark") ?? [];
  if (node && url && marks[0] && marks[1]) {
    const text = state.sliceDoc(marks[0].to, marks[1].from);
    return { from: node.from, to: node.to, text, address: state.sliceDoc(url.from, url.to).replace(/^<|>$/g, ""), exists: true };
  }
  const sameLine = state.doc.lineAt(from).to >= to;
  const text = sameLine ? state.sliceDoc(from, to) : "";
  return { from: sameLine ? from : to, to, text, address: /^(https?:|www\.)\S+$/.test(text) ? text : "", exists: false };
}
