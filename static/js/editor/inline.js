// Bold and italic over any selection: marks are added, merged, split or removed so that Markdown stays well formed.
import { EditorSelection } from "../../vendor/codemirror.js";
import { isStructure, shownLine } from "./layout.js";
import { finish, openPair, unfinished } from "./pending.js";
import { enclosing, markdownShown, syntaxTree } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { SyntaxNode } from "@lezer/common" */

/** @typedef {{from: number, to: number}} Span */
/** @typedef {"StrongEmphasis" | "Emphasis"} Style */

/** @type {Record<Style, string>} */
const MARKS = { StrongEmphasis: "**", Emphasis: "*" };
const INLINE = /^(StrongEmphasis|Emphasis|InlineCode|Link|Autolink|FootnoteReference)$/;

/**
 * The parts of a selection that can carry a style: within one line, one cell, without spaces at the ends.
 * @param {EditorState} state @param {Span} selection @returns {Span[]}
 */
function parts(state, { from, to }) {
  /** @type {Span[]} */
  const spans = [];
  for (let number = state.doc.lineAt(from).number; number <= state.doc.lineAt(to).number; number++) {
    const shown = shownLine(state, state.doc.line(number).from);
    if (isStructure(shown) || shown.isCode || shown.isRule) continue;
    const rooms = shown.cells.length ? shown.cells : [{ start: shown.start, end: shown.end }];
    for (const room of rooms) {
      const a = Math.max(from, room.start);
      const b = Math.min(to, room.end);
      if (b <= a) continue;
      const text = state.sliceDoc(a, b);
      const span = { from: a + text.length - text.trimStart().length, to: b - text.length + text.trimEnd().length };
      if (span.to > span.from) spans.push(span);
    }
  }
  return spans;
}

/** @param {EditorState} state @param {Span} span @param {RegExp} names @returns {SyntaxNode[]} */
function nodesIn(state, { from, to }, names) {
  /** @type {SyntaxNode[]} */
  const nodes = [];
  syntaxTree(state).iterate({ from, to, enter: (ref) => void (names.test(ref.name) && nodes.push(ref.node)) });
  return nodes;
}

/** @param {SyntaxNode} node @returns {Span} */
const inner = (node) => ({ from: node.firstChild?.to ?? node.from, to: node.lastChild?.from ?? node.to });

/** @param {EditorState} state @param {Span} span @param {Style} style */
function isStyled(state, span, style) {
  const nodes = nodesIn(state, span, new RegExp(`^${style}$`));
  return nodes.some((node) => node.from <= span.from && node.to >= span.to);
}

/** Whether the caret's text, or all of the selection, has a style. @param {EditorState} state @param {Style} style */
export function hasStyle(state, style) {
  const { main } = state.selection;
  if (main.empty) {
    const node = enclosing(state, main.head, style, -1) ?? enclosing(state, main.head, style, 1);
    return unfinished(state)?.mark === MARKS[style] || Boolean(node && main.head > node.from && main.head < node.to);
  }
  const spans = parts(state, main);
  return spans.length > 0 && spans.every((span) => isStyled(state, span, style));
}

/** @param {EditorState} state @param {Span} span @param {Style} style */
function removal(state, span, style) {
  const mark = MARKS[style];
  return nodesIn(state, span, new RegExp(`^${style}$`)).flatMap((node) => {
    const text = inner(node);
    if (text.to <= span.from || text.from >= span.to) return [];
    const begins = span.from <= text.from;
    const ends = span.to >= text.to;
    return [
      begins ? { from: node.from, to: text.from } : { from: span.from - spacesBefore(state, span.from), insert: mark },
      ends ? { from: text.to, to: node.to } : { from: span.to + spacesAfter(state, span.to), insert: mark },
    ];
  });
}

/** @param {EditorState} state @param {number} pos */
function spacesBefore(state, pos) {
  const text = state.sliceDoc(state.doc.lineAt(pos).from, pos);
  return text.length - text.trimEnd().length;
}

/** @param {EditorState} state @param {number} pos */
function spacesAfter(state, pos) {
  const text = state.sliceDoc(pos, state.doc.lineAt(pos).to);
  return text.length - text.trimStart().length;
}

/** @param {EditorState} state @param {Span} span @param {Style} style */
function addition(state, span, style) {
  let { from, to } = span;
  // Marks may nest but not cross: take in whatever the selection cuts.
  for (let grown = true; grown;) {
    grown = false;
    for (const node of nodesIn(state, { from, to }, INLINE)) {
      const text = inner(node);
      const contains = node.from <= from && node.to >= to;
      const same = node.name === style;
      if (node.to <= from || node.from >= to || (contains && !same && text.from <= from && text.to >= to)) continue;
      if (node.from < from || node.to > to) {
        from = Math.min(from, node.from);
        to = Math.max(to, node.to);
        grown = true;
      }
    }
  }
  const changes = nodesIn(state, { from, to }, new RegExp(`^${style}$`))
    .filter((node) => node.from >= from && node.to <= to)
    .flatMap((node) => [{ from: node.from, to: inner(node).from }, { from: inner(node).to, to: node.to }]);
  return [{ from, insert: MARKS[style] }, ...changes, { from: to, insert: MARKS[style] }];
}

/** The word around a place, with its elision left out. @param {EditorState} state @param {number} pos @returns {Span | null} */
function wordAround(state, pos) {
  const line = state.doc.lineAt(pos);
  const before = /[\p{L}\p{N}·-]+$/u.exec(line.text.slice(0, pos - line.from))?.[0] ?? "";
  const after = /^[\p{L}\p{N}·-]+/u.exec(line.text.slice(pos - line.from))?.[0] ?? "";
  return before && after ? { from: pos - before.length, to: pos + after.length } : null;
}

/** @param {EditorView} view @param {Style} style */
function toggleAtCaret(view, style) {
  const { state } = view;
  const pos = state.selection.main.head;
  const mark = MARKS[style];
  const empty = state.sliceDoc(pos - mark.length, pos) === mark && state.sliceDoc(pos, pos + mark.length) === mark;
  const node = enclosing(state, pos, style, -1) ?? enclosing(state, pos, style, 1);
  const started = unfinished(state);
  if (started?.mark === mark) return finish(view, started);
  if (empty && !node) {
    view.dispatch({ changes: { from: pos - mark.length, to: pos + mark.length }, userEvent: "delete.format" });
    return true;
  }
  if (node && pos >= inner(node).to && pos < node.to) {
    view.dispatch({ selection: EditorSelection.cursor(node.to), userEvent: "select.format" });
    return true;
  }
  const word = wordAround(state, pos);
  if (word) return toggleOver(view, style, word, false);
  view.dispatch({
    changes: { from: pos, insert: mark + mark },
    effects: openPair.of({ pos: pos + mark.length, mark }),
    selection: EditorSelection.cursor(pos + mark.length),
    userEvent: "input.format",
  });
  return true;
}

/** @param {EditorView} view @param {Style} style @param {Span} span @param {boolean} selects */
function toggleOver(view, style, span, selects) {
  const { state } = view;
  const spans = parts(state, span);
  if (!spans.length) return true;
  const removes = spans.every((one) => isStyled(state, one, style));
  const changes = state.changes(spans.flatMap((one) => (removes ? removal : addition)(state, one, style)));
  const last = /** @type {Span} */ (spans.at(-1));
  const first = /** @type {Span} */ (spans[0]);
  view.dispatch({
    changes,
    ...(selects ? { selection: EditorSelection.range(changes.mapPos(first.from, 1), changes.mapPos(last.to, -1)) } : {}),
    scrollIntoView: true,
    userEvent: "input.format",
  });
  return true;
}

/** @param {Style} style @returns {(view: EditorView) => boolean} */
const toggle = (style) => (view) => {
  const { state } = view;
  if (state.readOnly || enclosing(state, state.selection.main.head, ["FencedCode", "CodeBlock"])) return false;
  const { main } = state.selection;
  return main.empty ? toggleAtCaret(view, style) : toggleOver(view, style, main, true);
};

export const toggleBold = toggle("StrongEmphasis");
export const toggleItalic = toggle("Emphasis");

/**
 * What closes the styles around a place and opens them again, for a break in the middle of bold text.
 * @param {EditorState} state @param {number} pos
 * @returns {{pos: number, close: string, open: string}}
 */
export function splitStyles(state, pos) {
  let close = "";
  let open = "";
  if (state.facet(markdownShown)) return { pos, close, open };
  for (let node = /** @type {SyntaxNode | null} */ (syntaxTree(state).resolveInner(pos, -1)); node; node = node.parent) {
    if (node.name !== "StrongEmphasis" && node.name !== "Emphasis") continue;
    const text = inner(node);
    if (pos >= text.to && pos <= node.to) pos = node.to;
    else if (pos > node.from && pos <= text.from) pos = node.from;
    else if (pos > text.from && pos < text.to) {
      const mark = state.sliceDoc(node.from, text.from);
      close += mark;
      open = mark + open;
    }
  }
  return { pos, close, open };
}
