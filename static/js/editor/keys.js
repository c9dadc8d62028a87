// The keyboard: what a word processor taught, and Tab that leaves the editor outside lists and tables.
import { EditorView, Prec, keymap, standardKeymap } from "../../vendor/codemirror.js";
import { setHeading, toggleQuote } from "./blocks.js";
import { footnote } from "./footnotes.js";
import { toggleBold, toggleItalic } from "./inline.js";
import { editLink } from "./links.js";
import { toggleList } from "./lists.js";
import { moveLine } from "./motion.js";
import { openFind } from "./search.js";
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

export const keys = [Prec.high(keymap.of(own)), keymap.of(standardKeymap), tablePointer];
