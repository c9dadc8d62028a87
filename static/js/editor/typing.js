// What Enter, Backspace, Delete and Tab mean where the text is: in a paragraph, list, quotation, note or table.
import { EditorSelection } from "../../vendor/codemirror.js";
import { quotePrefix, reshape, separation } from "./blocks.js";
import { deleteCharBackward, deleteCharForward } from "./deletion.js";
import { splitStyles } from "./inline.js";
import { lineAfter, lineBefore, shownLine } from "./layout.js";
import { indent, itemOf, nextMark, outdent } from "./lists.js";
import { finish, unfinished } from "./pending.js";
import { isBlank, markdownShown } from "./syntax.js";
import { cellBelow, inTable, nextCell, previousCell } from "./tables.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { Shown } from "./layout.js" */

/** @param {EditorView} view @param {number} from @param {number} to @param {string} insert */
function breakLine(view, from, to, insert) {
  view.dispatch({
    changes: { from, to, insert },
    selection: EditorSelection.cursor(from + insert.length),
    scrollIntoView: true,
    userEvent: "input",
  });
  return true;
}

/** The indentation of a line that carries on a list item or a note. @param {EditorState} state @param {Shown} shown */
const continuation = (state, shown) =>
  state.sliceDoc(shown.line.from, shown.start).replace(/#{1,6}[ \t]*$/, "").replace(/\[\^[^\]]+\]:[ \t]*/, "    ").replace(/[^>]/g, " ");

/** @param {EditorState} state @param {Shown} shown the line of an item */
function isLoose(state, shown) {
  const item = itemOf(shown);
  const start = item ? state.doc.lineAt(item.node.firstChild?.from ?? shown.line.from) : shown.line;
  return Boolean(item?.node.prevSibling) && start.number > 1 && isBlank(state.doc.line(start.number - 1));
}

/** Ends a quotation on its last, empty line. @param {EditorView} view @param {Shown} shown */
function leaveQuote(view, shown) {
  const { state } = view;
  const above = shown.line.number > 1 ? state.doc.line(shown.line.number - 1) : null;
  const gap = above && above.text.includes(">") && isBlank(above) ? [{ from: above.from, to: above.to }] : [];
  return reshape(view, [{ shown, prefix: "", ...separation(state, { ...shown, quotes: 0 }) }], "input", gap);
}

/** Begins a new paragraph, item or cell. @param {EditorView} view @returns {boolean} */
export function enter(view) {
  const { state } = view;
  if (state.readOnly) return false;
  if (state.facet(markdownShown)) return breakLine(view, state.selection.main.from, state.selection.main.to, "\n");
  if (inTable(state)) return cellBelow(view);
  const { from, to, empty } = state.selection.main;
  const started = empty ? unfinished(state) : null;
  if (started) return finish(view, started) && enter(view);
  const shown = shownLine(state, from);
  const quotes = quotePrefix(shown);
  const item = itemOf(shown);
  const isEmpty = empty && shown.start >= shown.line.to;
  if (shown.isCode) return breakLine(view, from, to, `\n${state.sliceDoc(shown.line.from, shown.start)}`);
  if (isEmpty && item?.mark) return outdent(view);
  if (isEmpty && shown.quotes) return leaveQuote(view, shown);
  if (isEmpty && (shown.heading || (item && !item.mark))) return reshape(view, [{ shown, prefix: quotes }], "input");
  const { pos, close, open } = empty ? splitStyles(state, from) : { pos: from, close: "", open: "" };
  const end = empty ? pos : to;
  if (item?.mark && !shown.heading) {
    const lead = state.sliceDoc(shown.line.from, item.mark.from).replace(/[^>]/g, " ");
    const gap = isLoose(state, shown) ? `\n${quotes.trimEnd()}` : "";
    return breakLine(view, pos, end, `${close}${gap}\n${lead}${nextMark(state, item.node)}${open}`);
  }
  if (shown.heading && pos <= shown.start && shown.start < shown.line.to) {
    view.dispatch({ changes: { from: shown.line.from, insert: `${quotes}\n${quotes.trimEnd()}\n` }, scrollIntoView: true, userEvent: "input" });
    return true;
  }
  return breakLine(view, pos, end, `${close}\n${quotes.trimEnd()}\n${continuation(state, shown)}${open}`);
}

/** Begins a new line in the same paragraph. @param {EditorView} view */
export function hardBreak(view) {
  const { state } = view;
  if (state.readOnly) return false;
  if (state.facet(markdownShown) || inTable(state)) return enter(view);
  const { from, to } = state.selection.main;
  const shown = shownLine(state, from);
  if (shown.heading || shown.isCode || from <= shown.start) return enter(view);
  return breakLine(view, from, to, `\\\n${continuation(state, shown)}`);
}

/** Takes the structure off a line, innermost first. @param {EditorView} view @param {Shown} shown */
function takeOff(view, shown) {
  const { state } = view;
  const item = itemOf(shown);
  if (item?.mark && !shown.heading) return outdent(view);
  if (shown.heading) {
    const prefix = state.sliceDoc(shown.line.from, shown.start).replace(/#+ ?$/, "");
    return reshape(view, [{ shown, prefix, ...(item ? {} : separation(state, shown)) }], "delete.structure");
  }
  if (shown.isDefinitionStart) return true;
  if (shown.quotes && !item) {
    const before = shown.line.number > 1 ? shownLine(state, state.doc.line(shown.line.number - 1).from) : null;
    if (!before?.quotes) {
      const prefix = state.sliceDoc(shown.line.from, shown.start).replace(/> ?/, "");
      return reshape(view, [{ shown, prefix, ...separation(state, { ...shown, quotes: shown.quotes - 1 }) }], "delete.structure");
    }
  }
  return false;
}

/** @param {EditorView} view */
export function backspace(view) {
  const { state } = view;
  const { main } = state.selection;
  if (state.readOnly || !main.empty || state.facet(markdownShown)) return deleteCharBackward(view);
  const shown = shownLine(state, main.head);
  if (shown.cells.length) return shown.cells.some((cell) => cell.start === main.head) || deleteCharBackward(view);
  if (main.head > shown.start) return deleteCharBackward(view);
  if (takeOff(view, shown)) return true;
  const before = lineBefore(state, shown.line);
  if (before?.row || before?.isRule) {
    const isEmpty = shown.line.length === 0 && shown.line.from > 0;
    view.dispatch({
      ...(before.isRule ? { changes: { from: before.line.from, to: shown.line.from } }
        : isEmpty ? { changes: { from: before.line.to, to: shown.line.to } } : {}),
      ...(before.row ? { selection: EditorSelection.cursor(before.end) } : {}),
      userEvent: "delete.backward",
    });
    return true;
  }
  return deleteCharBackward(view);
}

/** @param {EditorView} view */
export function deleteForward(view) {
  const { state } = view;
  const { main } = state.selection;
  if (state.readOnly || !main.empty || state.facet(markdownShown)) return deleteCharForward(view);
  const shown = shownLine(state, main.head);
  if (shown.cells.length) return shown.cells.some((cell) => cell.end === main.head) || deleteCharForward(view);
  if (main.head < shown.end) return deleteCharForward(view);
  const after = lineAfter(state, shown.line);
  if (after?.row || after?.definition) return true;
  if (after && shown.line.length === 0) {
    view.dispatch({ changes: { from: shown.line.from, to: after.line.from }, selection: EditorSelection.cursor(shown.line.from + after.start - after.line.from), userEvent: "delete.forward" });
    return true;
  }
  return deleteCharForward(view);
}

/** In lists one level in, in tables the next cell; elsewhere Tab leaves the editor. @param {EditorView} view */
export function tab(view) {
  const { state } = view;
  if (state.readOnly || state.facet(markdownShown)) return false;
  if (inTable(state)) return nextCell(view);
  const item = itemOf(shownLine(state, state.selection.main.head));
  return item ? (indent(view), true) : false;
}

/** @param {EditorView} view */
export function shiftTab(view) {
  const { state } = view;
  if (state.readOnly || state.facet(markdownShown)) return false;
  if (inTable(state)) return previousCell(view);
  const shown = shownLine(state, state.selection.main.head);
  return itemOf(shown) ? (shown.items.length > 1 && outdent(view), true) : false;
}
