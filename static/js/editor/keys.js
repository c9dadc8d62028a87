// The keyboard: what a word processor taught, and Tab that leaves the editor outside lists and tables.
import * as moves from "../../vendor/codemirror.js";
import { EditorView, Prec, keymap } from "../../vendor/codemirror.js";
import { setHeading, toggleQuote } from "./blocks.js";
import { deleteGroupBackward, deleteGroupForward, deleteLineBackward, deleteLineForward } from "./deletion.js";
import { footnote } from "./footnotes.js";
import { toggleBold, toggleItalic } from "./inline.js";
import { editLink, openFind } from "./later.js";
import { toggleList } from "./lists.js";
import { moveLine } from "./motion.js";
import * as tables from "./tables.js";
import { backspace, deleteForward, enter, hardBreak, shiftTab, tab } from "./typing.js";

/** @import { KeyBinding } from "@codemirror/view" */

/** @type {KeyBinding[]} */
const own = [
  { key: "Enter", run: enter, shift: hardBreak },
  { key: "Mod-Enter", run: enter },
  { key: "Backspace", run: backspace },
  { key: "Delete", run: deleteForward },
  { key: "Tab", run: tab, shift: shiftTab },
  { key: "Mod-b", run: toggleBold, preventDefault: true },
  { key: "Mod-i", run: toggleItalic, preventDefault: true },
  { key: "Mod-k", run: editLink, preventDefault: true },
  { key: "Mod-f", run: openFind, preventDefault: true },
  { key: "Mod-Alt-f", run: footnote, preventDefault: true },
  { key: "Mod-Alt-0", run: setHeading(0), preventDefault: true },
  { key: "Mod-Alt-1", run: setHeading(1), preventDefault: true },
  { key: "Mod-Alt-2", run: setHeading(2), preventDefault: true },
  { key: "Mod-Alt-3", run: setHeading(3), preventDefault: true },
  { key: "Mod-Shift-7", run: toggleList(true), preventDefault: true },
  { key: "Mod-Shift-8", run: toggleList(false), preventDefault: true },
  { key: "Mod-Shift-9", run: toggleQuote, preventDefault: true },
  { key: "ArrowDown", run: (view) => tables.moveRow(1)(view) || moveLine(1, false)(view), shift: moveLine(1, true) },
  { key: "ArrowUp", run: (view) => tables.moveRow(-1)(view) || moveLine(-1, false)(view), shift: moveLine(-1, true) },
  { key: "Alt-Shift-ArrowDown", run: tables.addRowBelow },
  { key: "Alt-Shift-ArrowUp", run: tables.addRowAbove },
  { key: "Alt-Shift-ArrowRight", run: tables.addColumnRight },
  { key: "Alt-Shift-ArrowLeft", run: tables.addColumnLeft },
  { key: "Alt-Shift-Delete", run: tables.removeRow },
  { key: "Alt-Shift-Backspace", run: tables.removeColumn },
];

/** @type {KeyBinding[]} What every text field does; CodeMirror's own commands know what is drawn as one thing. */
const standard = [
  { key: "ArrowLeft", run: moves.cursorCharLeft, shift: moves.selectCharLeft, preventDefault: true },
  { key: "ArrowRight", run: moves.cursorCharRight, shift: moves.selectCharRight, preventDefault: true },
  { key: "Mod-ArrowLeft", mac: "Alt-ArrowLeft", run: moves.cursorGroupLeft, shift: moves.selectGroupLeft, preventDefault: true },
  { key: "Mod-ArrowRight", mac: "Alt-ArrowRight", run: moves.cursorGroupRight, shift: moves.selectGroupRight, preventDefault: true },
  { mac: "Cmd-ArrowLeft", run: moves.cursorLineBoundaryBackward, shift: moves.selectLineBoundaryBackward, preventDefault: true },
  { mac: "Cmd-ArrowRight", run: moves.cursorLineBoundaryForward, shift: moves.selectLineBoundaryForward, preventDefault: true },
  { key: "ArrowUp", run: moves.cursorLineUp, shift: moves.selectLineUp, preventDefault: true },
  { key: "ArrowDown", run: moves.cursorLineDown, shift: moves.selectLineDown, preventDefault: true },
  { mac: "Cmd-ArrowUp", run: moves.cursorDocStart, shift: moves.selectDocStart },
  { mac: "Cmd-ArrowDown", run: moves.cursorDocEnd, shift: moves.selectDocEnd },
  { key: "PageUp", run: moves.cursorPageUp, shift: moves.selectPageUp },
  { key: "PageDown", run: moves.cursorPageDown, shift: moves.selectPageDown },
  { key: "Home", run: moves.cursorLineBoundaryBackward, shift: moves.selectLineBoundaryBackward, preventDefault: true },
  { key: "End", run: moves.cursorLineBoundaryForward, shift: moves.selectLineBoundaryForward, preventDefault: true },
  { key: "Mod-Home", run: moves.cursorDocStart, shift: moves.selectDocStart },
  { key: "Mod-End", run: moves.cursorDocEnd, shift: moves.selectDocEnd },
  { key: "Mod-a", run: moves.selectAll, preventDefault: true },
  { key: "Mod-Backspace", mac: "Alt-Backspace", run: deleteGroupBackward, preventDefault: true },
  { key: "Mod-Delete", mac: "Alt-Delete", run: deleteGroupForward, preventDefault: true },
  { mac: "Mod-Backspace", run: deleteLineBackward, preventDefault: true },
  { mac: "Mod-Delete", run: deleteLineForward, preventDefault: true },
];

/** In a table the browser's own idea of what lies under the pointer is the right one. */
const tablePointer = EditorView.mouseSelectionStyle.of((view, event) => {
  const inRow = event.target instanceof Element && event.target.closest(".cm-row");
  if (!inRow || event.button !== 0 || event.detail > 1) return null;
  const start = tables.placeAt(view, event.clientX, event.clientY);
  if (start === null) return null;
  let anchor = start;
  return {
    get(now, extend) {
      const head = tables.placeAt(view, now.clientX, now.clientY) ?? anchor;
      return tables.pointerSelection(view.state, extend ? view.state.selection.main.anchor : anchor, head);
    },
    update(update) {
      anchor = update.changes.mapPos(anchor);
      return false;
    },
  };
});

/** Whether the browser's caret stands within plain text of a line. @param {EditorView} view */
function isInPlainText(view) {
  const { focusNode: node, focusOffset: offset } = view.dom.ownerDocument.getSelection() ?? {};
  if (node?.nodeType !== Node.TEXT_NODE || offset === undefined) return false;
  return node.parentElement?.classList.contains("cm-line") || (offset > 0 && offset < (node.nodeValue?.length ?? 0));
}

/**
 * Text typed over a selection, at the edge of what the page draws, or several letters at once: done here, because the browser's own way keeps
 * looks by styles that the page's policy forbids.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main } = view.state.selection;
    if (event.inputType !== "insertText" || !event.data || event.isComposing || view.composing || view.state.readOnly) return false;
    if (main.empty && event.data.length === 1 && isInPlainText(view)) return false;
    const text = event.data;
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const isTaken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, text, insert));
    if (!isTaken) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

export const keys = [typeOver, Prec.high(keymap.of(own)), keymap.of(standard), tablePointer];
