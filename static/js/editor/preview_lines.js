// Lines as blocks of the page: headings, items, quotations, notes, rows, and the gaps between them.
import { BlockWrapper, Decoration } from "../../vendor/codemirror.js";
import { labelOf, notes } from "./footnotes.js";
import { atom, isStructure, lineBefore, shownLine } from "./layout.js";
import { headingDepth, syntaxTree } from "./syntax.js";
import { ListMarker, MissingCell, NoteNumber, Rule } from "./widgets.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { SyntaxNode } from "@lezer/common" */
/** @import { Shown } from "./layout.js" */
/** @import { Drawing } from "./preview.js" */
/** @import { Words } from "./language.js" */

const BULLETS = ["•", "◦", "▪"];
const DEEPEST = 6;

export const hidden = Decoration.replace({});
/** @type {Map<string, Decoration>} */
const lineDecorations = new Map();

/** @param {string} className @param {Record<string, string>} attributes */
function lineDecoration(className, attributes) {
  const key = className + JSON.stringify(attributes);
  let decoration = lineDecorations.get(key);
  if (!decoration) {
    decoration = Decoration.line({ class: className, attributes });
    lineDecorations.set(key, decoration);
  }
  return decoration;
}

/** @param {EditorState} state @param {Shown} shown @returns {{classes: string[], attributes: Record<string, string>}} */
function lookOf(state, shown) {
  const classes = [];
  /** @type {Record<string, string>} */
  const attributes = {};
  const item = shown.items.at(-1);
  if (shown.quotes) classes.push("cm-quote", `cm-quote-${Math.min(shown.quotes, 3)}`);
  if (shown.isGap) return { classes: [...classes, "cm-gap"], attributes: { "aria-hidden": "true" } };
  if (shown.heading) {
    classes.push(`cm-heading cm-heading-${shown.heading}`);
    attributes.role = "heading";
    attributes["aria-level"] = String(Math.min(headingDepth(state, shown.line.from) + 2, 6));
  }
  if (item) {
    classes.push(`cm-item cm-depth-${Math.min(shown.items.length, DEEPEST)}`);
    if (item.mark) {
      attributes.role = "listitem";
      attributes["aria-level"] = String(shown.items.length);
    }
  }
  if (shown.definition) classes.push(shown.isDefinitionStart ? "cm-note cm-note-first" : "cm-note");
  if (shown.isCode) classes.push("cm-code");
  if (shown.row === "TableDelimiter") {
    classes.push("cm-row-delimiter");
    attributes["aria-hidden"] = "true";
  } else if (shown.row) {
    classes.push(shown.row === "TableHeader" ? "cm-row cm-row-header" : "cm-row");
    attributes.role = "row";
  }
  return { classes, attributes };
}

/** @param {SyntaxNode} item @param {EditorState} state @param {number} depth */
function markerOf(item, state, depth) {
  const list = item.parent;
  if (list?.name !== "OrderedList") return new ListMarker(BULLETS[Math.min(depth, BULLETS.length) - 1] ?? "•", false);
  const first = list.firstChild?.firstChild;
  let number = first ? parseInt(state.sliceDoc(first.from, first.to), 10) : 1;
  for (let before = item.prevSibling; before; before = before.prevSibling) if (before.name === "ListItem") number++;
  return new ListMarker(`${number}.`, true);
}

/** Draws what stands before a line's text. @param {EditorState} state @param {Shown} shown @param {Drawing} drawing @param {Words} words */
function drawPrefix(state, shown, drawing, words) {
  const { line, start } = shown;
  if (start === line.from) return;
  const item = shown.items.at(-1);
  let decoration = hidden;
  if (shown.isDefinitionStart && shown.definition) {
    const label = labelOf(state, shown.definition);
    const number = state.field(notes).numbers.get(label);
    decoration = Decoration.replace({ widget: new NoteNumber(number, label, words.backToText) });
  } else if (item?.mark && !shown.heading) {
    decoration = Decoration.replace({ widget: markerOf(item.node, state, shown.items.length) });
  }
  drawing.marks.push(decoration.range(line.from, start));
}

const cellMark = Decoration.mark({ class: "cm-cell", inclusive: true, attributes: { role: "cell" } });
const headerMark = Decoration.mark({ class: "cm-cell", inclusive: true, attributes: { role: "columnheader" } });

/** @param {Shown} shown @param {Drawing} drawing @param {number} columns */
function drawCells(shown, drawing, columns) {
  const isHeader = shown.row === "TableHeader";
  const hide = (/** @type {number} */ from, /** @type {number} */ to) => {
    if (to > from) drawing.marks.push(hidden.range(from, to));
  };
  // Each cell takes in the pipe before it, the last one also the pipe after: a row may hold nothing but cells.
  let from = shown.line.from;
  for (const cell of shown.cells) {
    const isLast = cell === shown.cells.at(-1);
    const to = isLast ? shown.line.to : cell.to;
    // A header that says nothing heads nothing.
    drawing.outer.push((isHeader && cell.end > cell.start ? headerMark : cellMark).range(from, to));
    hide(from, cell.start);
    // An empty cell keeps its second space, which gives the caret a place.
    hide(cell.end > cell.start ? cell.end : cell.to, to);
    from = to;
  }
  for (let missing = shown.cells.length; missing < columns; missing++) {
    drawing.marks.push(Decoration.widget({ widget: new MissingCell(), side: 2 }).range(shown.line.to));
  }
}

/** Makes what lies between two places of text one step for the caret. @param {Shown | null} before @param {Shown} shown @param {Drawing} drawing */
function drawAtoms(before, shown, drawing) {
  const { cells, start } = shown;
  const from = before ? before.end : 0;
  if (start > from && (start > shown.line.from || (before && shown.line.number > before.line.number + 1))) {
    drawing.atoms.push(atom.range(from, start));
  }
  for (let i = 1; i < cells.length; i++) {
    const end = cells[i - 1]?.end ?? 0;
    const next = cells[i]?.start ?? 0;
    if (next > end) drawing.atoms.push(atom.range(end, next));
  }
}

/** @param {EditorState} state @param {Shown} shown @returns {number} */
function columnsOf(state, shown) {
  let node = /** @type {SyntaxNode | null} */ (syntaxTree(state).resolveInner(shown.start, 1));
  while (node && node.name !== "Table") node = node.parent;
  return node ? shownLine(state, node.from).cells.length : 0;
}

/**
 * @param {EditorState} state @param {number} from @param {number} to @param {Drawing} drawing @param {Words} words
 */
export function drawLines(state, from, to, drawing, words) {
  const first = state.doc.lineAt(from);
  let before = lineBefore(state, first);
  let columns = 0;
  for (let number = first.number; number <= state.doc.lines; number++) {
    const line = state.doc.line(number);
    if (line.from > to) break;
    const shown = shownLine(state, line.from);
    const { classes, attributes } = lookOf(state, shown);
    if (classes.length) drawing.marks.push(lineDecoration(classes.join(" "), attributes).range(line.from));
    if (shown.row && shown.cells.length) {
      if (!columns) columns = columnsOf(state, shown);
      drawCells(shown, drawing, columns);
    } else if (isStructure(shown)) {
      if (line.length) drawing.marks.push(hidden.range(line.from, line.to));
    } else if (shown.isRule) {
      if (shown.start < line.to) drawing.marks.push(Decoration.replace({ widget: new Rule() }).range(line.from, line.to));
    } else {
      drawPrefix(state, shown, drawing, words);
    }
    if (!shown.row) columns = 0;
    if (isStructure(shown)) continue;
    drawAtoms(before, shown, drawing);
    before = shown;
  }
  drawWrappers(state, from, to, drawing, words);
}

/** Puts the rows of a table, and the items of a list with those inside them, into one element. */
function drawWrappers(/** @type {EditorState} */ state, /** @type {number} */ from, /** @type {number} */ to, /** @type {Drawing} */ drawing, /** @type {Words} */ words) {
  const wrap = (/** @type {{from: number, to: number}} */ ref, /** @type {Record<string, string>} */ attributes, rank = 10) => {
    const wrapper = BlockWrapper.create({ tagName: "div", attributes, rank });
    drawing.wrappers.push(wrapper.range(state.doc.lineAt(ref.from).from, ref.to));
  };
  syntaxTree(state).iterate({
    from,
    to,
    enter(ref) {
      if (ref.name === "Table") {
        // On a narrow screen the table scrolls in a frame of its own, not the page.
        wrap(ref, { class: "cm-table-frame" }, 20);
        wrap(ref, { class: "cm-table", role: "table", "aria-label": words.table });
      }
      const isList = /List$/.test(ref.name);
      if (isList) wrap(ref, { class: "cm-list", role: "list" });
      return !isList && /Document|Blockquote|FootnoteDefinition/.test(ref.name);
    },
  });
}
