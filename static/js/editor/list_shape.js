// Bullets and numbers for the selected lines, and moving items in and out.
import { quotePrefix, reshape, selectedLines, separation, setApart } from "./blocks.js";
import { isStructure, shownLine } from "./layout.js";
import { itemOf, nextMark } from "./lists.js";
import { isBlank } from "./syntax.js";

/** @import { ChangeSpec, EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { SyntaxNode } from "@lezer/common" */
/** @import { Shown } from "./layout.js" */
/** @import { Reshaped } from "./blocks.js" */
/** @import { Item } from "./lists.js" */

/** The column at which an item's mark stands, after quote marks. @param {EditorState} state @param {SyntaxNode} item */
function markColumn(state, item) {
  const mark = item.firstChild ?? item;
  const line = state.doc.lineAt(mark.from);
  return line.text.slice(0, mark.from - line.from).replace(/^(\s{0,3}> ?)+/, "").length;
}

/** The column at which an item's text begins. @param {EditorState} state @param {SyntaxNode} item */
function textColumn(state, item) {
  const mark = item.firstChild ?? item;
  const spaces = /^[ ]{1,4}(?! )/.exec(state.sliceDoc(mark.to, mark.to + 5))?.[0].length ?? 1;
  return markColumn(state, item) + (mark.to - mark.from) + spaces;
}

/** Makes the selected lines items of such a list, or paragraphs when they all are. @param {boolean} ordered */
export const toggleList = (ordered) => (/** @type {EditorView} */ view) => {
  const { state } = view;
  const lines = selectedLines(state).filter((shown) => !shown.row && !shown.isCode && !shown.isRule && !shown.definition);
  if (state.readOnly || !lines.length) return false;
  const marked = lines.filter((shown) => itemOf(shown)?.mark);
  if (marked.length === lines.length && marked.every((shown) => itemOf(shown)?.ordered === ordered)) return leaveList(view, lines);
  return enterList(view, lines, ordered);
};

/** @param {EditorView} view @param {Shown[]} lines @param {boolean} ordered */
function enterList(view, lines, ordered) {
  const { state } = view;
  const first = /** @type {Shown} */ (lines[0]);
  const last = /** @type {Shown} */ (lines.at(-1));
  const joins = neighbourList(state, first, ordered);
  let number = joins;
  /** @type {Reshaped[]} */
  const reshaped = lines.map((shown) => {
    const item = itemOf(shown);
    if (item?.mark) {
      const indent = state.sliceDoc(shown.line.from, item.mark.from);
      return { shown, prefix: `${indent}${ordered ? `${++number}.` : "-"} ` };
    }
    if (item) return { shown, prefix: state.sliceDoc(shown.line.from, shown.start) };
    return { shown, prefix: `${quotePrefix(shown)}${ordered ? `${++number}.` : "-"} ` };
  });
  /** @type {ChangeSpec[]} */
  const gaps = [];
  for (let number = first.line.number + 1; number < last.line.number; number++) {
    const line = state.doc.line(number);
    if (isBlank(line)) gaps.push({ from: line.from, to: line.to + 1 });
  }
  const before = joins || first.items.length ? "" : separation(state, first).before;
  const after = last.items.length ? "" : separation(state, last).after;
  Object.assign(reshaped[0] ?? {}, { before });
  Object.assign(reshaped.at(-1) ?? {}, { after });
  return reshape(view, reshaped, "input.list", gaps);
}

/** The number of the list item directly above, when it is of such a list; else 0. @param {EditorState} state @param {Shown} first @param {boolean} ordered */
function neighbourList(state, first, ordered) {
  if (first.line.number === 1) return 0;
  const above = shownLine(state, state.doc.line(first.line.number - 1).from);
  const item = itemOf(above);
  if (!item || item.ordered !== ordered || above.items.length > 1) return 0;
  return ordered ? parseInt(nextMark(state, item.node), 10) - 1 : 1;
}

/** @param {EditorView} view @param {Shown[]} lines */
function leaveList(view, lines) {
  return reshape(view, setApart(view.state, lines, quotePrefix), "input.list");
}

/** The lines of an item, those of items inside it too. @param {EditorState} state @param {SyntaxNode} item @returns {Shown[]} */
function linesOf(state, item) {
  const lines = [];
  const last = state.doc.lineAt(item.to).number;
  for (let number = state.doc.lineAt(item.firstChild?.from ?? item.from).number; number <= last; number++) {
    lines.push(shownLine(state, state.doc.line(number).from));
  }
  return lines;
}

/** Moves lines' own indentation by a number of columns, keeping their marks. @param {EditorState} state @param {Shown} shown @param {number} by */
function shifted(state, shown, by) {
  const prefix = state.sliceDoc(shown.line.from, shown.start);
  const quotes = /^(\s{0,3}> ?)*/.exec(prefix)?.[0] ?? "";
  const rest = prefix.slice(quotes.length);
  if (isStructure(shown) && rest === "") return prefix;
  return quotes + (by > 0 ? " ".repeat(by) + rest : rest.replace(new RegExp(`^ {0,${-by}}`), ""));
}

/** Selected items whose ancestors are not selected too. @param {EditorState} state @returns {Shown[]} */
function selectedItems(state) {
  /** @type {Shown[]} */
  const items = [];
  for (const shown of selectedLines(state)) {
    const item = itemOf(shown);
    const above = itemOf(items.at(-1) ?? shown);
    if (!item || (items.length && above && item.node.from >= above.node.from && item.node.to <= above.node.to)) continue;
    items.push(shown);
  }
  return items;
}

/** Makes the selected items part of the item before them. @param {EditorView} view */
export function indent(view) {
  const { state } = view;
  const items = selectedItems(state);
  const first = itemOf(items[0] ?? shownLine(state, state.selection.main.head));
  if (state.readOnly || !first) return false;
  const before = first.node.prevSibling;
  if (before?.name !== "ListItem") return false;
  const by = textColumn(state, before) - markColumn(state, first.node);
  const nested = before.lastChild && /List$/.test(before.lastChild.name) ? before.lastChild : null;
  let number = nested && nested.name === "OrderedList" ? nested.getChildren("ListItem").length : 0;
  /** @type {Reshaped[]} */
  const reshaped = items.flatMap((shown) => linesOf(state, /** @type {Item} */ (itemOf(shown)).node).map((line) => {
    const prefix = shifted(state, line, by);
    return { shown: line, prefix: line.line.from === shown.line.from ? prefix.replace(/\d+(?=[.)] ?$)/, () => String(++number)) : prefix };
  }));
  return reshape(view, reshaped, "input.list");
}

/** Moves the selected items one level out; an outermost item becomes a paragraph. @param {EditorView} view */
export function outdent(view) {
  const { state } = view;
  const items = selectedItems(state);
  const shown = items[0];
  const first = shown && itemOf(shown);
  if (state.readOnly || !shown || !first) return false;
  const outer = shown.items.at(-2);
  if (!outer) return leaveList(view, items.filter((line) => itemOf(line)?.mark));
  const by = markColumn(state, outer.node) - markColumn(state, first.node);
  let mark = nextMark(state, outer.node);
  /** @type {Reshaped[]} */
  const reshaped = items.flatMap((start) => linesOf(state, /** @type {Item} */ (itemOf(start)).node).map((line) => {
    const prefix = shifted(state, line, by);
    if (line.line.from !== start.line.from) return { shown: line, prefix };
    const own = mark;
    mark = mark.replace(/\d+/, (number) => String(Number(number) + 1));
    return { shown: line, prefix: prefix.replace(/([-+*]|\d+[.)]) *$/, own) };
  }));
  return reshape(view, reshaped, "input.list");
}
