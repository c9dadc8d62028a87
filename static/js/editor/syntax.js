// The syntax tree of a section, kept up to date edit by edit, and questions about it.
import { Facet, StateField, TreeFragment } from "../../vendor/codemirror.js";
import { parser } from "./grammar.js";

/** @import { EditorState, Line, Text } from "@codemirror/state" */
/** @import { Input, SyntaxNode, Tree } from "@lezer/common" */

const CHUNK = 4096;

/** A text as the parser wants to read it, in pieces. @implements {Input} */
class TextInput {
  /** @param {Text} text */
  constructor(text) {
    this.text = text;
    this.length = text.length;
    this.lineChunks = false;
    this.start = 0;
    this.piece = "";
  }

  /** @param {number} from */
  chunk(from) {
    if (from < this.start || from >= this.start + this.piece.length || this.text.lineAt(from).to > this.start + this.piece.length) {
      const end = Math.max(this.text.lineAt(from).to + 1, from + CHUNK);
      this.start = from;
      this.piece = this.text.sliceString(from, Math.min(end, this.length), "\n");
    }
    return this.piece.slice(from - this.start);
  }

  /** @param {number} from @param {number} to */
  read(from, to) {
    if (from >= this.start && to <= this.start + this.piece.length) {
      return this.piece.slice(from - this.start, to - this.start);
    }
    return this.text.sliceString(from, to, "\n");
  }
}

/**
 * @typedef {{tree: Tree, fragments: readonly TreeFragment[]}} Parsed
 * @param {Text} text
 * @param {readonly TreeFragment[]} fragments
 * @returns {Parsed}
 */
function parse(text, fragments) {
  const tree = parser.parse(new TextInput(text), fragments);
  return { tree, fragments: TreeFragment.addTree(tree, fragments) };
}

/** Holds the tree. Only blocks near an edit are read again. */
export const syntax = StateField.define({
  create: (state) => parse(state.doc, []),
  update(value, tr) {
    if (!tr.docChanged) return value;
    /** @type {{fromA: number, toA: number, fromB: number, toB: number}[]} */
    const ranges = [];
    tr.changes.iterChangedRanges((fromA, toA, fromB, toB) => ranges.push({ fromA, toA, fromB, toB }));
    return parse(tr.newDoc, TreeFragment.applyChanges(value.fragments, ranges));
  },
});

/** @param {EditorState} state @returns {Tree} */
export const syntaxTree = (state) => state.field(syntax).tree;

/** Whether the page shows Markdown's own marks instead of what they mean. */
export const markdownShown = Facet.define({ combine: (/** @type {readonly boolean[]} */ values) => values.some(Boolean) });

/**
 * The innermost node at a place, or an ancestor of it, with one of these names.
 * @param {EditorState} state @param {number} pos @param {string | readonly string[]} names @param {-1 | 0 | 1} [side]
 * @returns {SyntaxNode | null}
 */
export function enclosing(state, pos, names, side = -1) {
  for (let node = /** @type {SyntaxNode | null} */ (syntaxTree(state).resolveInner(pos, side)); node; node = node.parent) {
    if (typeof names === "string" ? names === node.name : names.includes(node.name)) return node;
  }
  return null;
}

/**
 * What stands before a line's own text: quote marks, list marks, indentation, heading marks, footnote labels.
 * @typedef {object} LineShape
 * @property {Line} line
 * @property {number} start where the line's own text begins
 * @property {number} quotes how many quotations it stands in
 * @property {{node: SyntaxNode, mark: SyntaxNode | null, ordered: boolean}[]} items list items around it, outermost first
 * @property {number} heading 0 or its level
 * @property {SyntaxNode | null} definition the footnote it belongs to
 * @property {boolean} isDefinitionStart
 * @property {"TableHeader" | "TableDelimiter" | "TableRow" | null} row
 * @property {boolean} isCode
 * @property {boolean} isRule
 */

/** @param {EditorState} state @param {number} pos @returns {LineShape} */
export function lineShape(state, pos) {
  const line = state.doc.lineAt(pos);
  const text = line.text;
  /** @type {LineShape} */
  const shape = {
    line, start: line.from, quotes: 0, items: [], heading: 0, definition: null, isDefinitionStart: false,
    row: null, isCode: false, isRule: false,
  };
  syntaxTree(state).iterate({
    from: line.from,
    to: line.to,
    enter(ref) {
      // A node that only touches the line from outside says nothing about it.
      if (ref.to < line.from || ref.from > line.to) return false;
      if (ref.to === line.from && ref.from < line.from) return false;
      const name = ref.name;
      const mark = () => {
        if (ref.from < line.from) return false;
        shape.start = Math.max(shape.start, ref.to + (/[ \t]/.test(text[ref.to - line.from] ?? "") ? 1 : 0));
        return true;
      };
      if (name === "Blockquote") shape.quotes++;
      else if (name === "QuoteMark") mark();
      else if (name === "ListItem") {
        const first = ref.node.firstChild;
        const own = first && first.name === "ListMark" && first.from >= line.from ? first : null;
        shape.items.push({ node: ref.node, mark: own, ordered: ref.node.parent?.name === "OrderedList" });
      } else if (name === "ListMark") mark();
      else if (name.startsWith("ATXHeading")) shape.heading = Number(name.at(-1));
      else if (name === "HeaderMark") {
        if (ref.node.prevSibling === null && shape.heading) mark();
        return false;
      } else if (name.startsWith("SetextHeading")) {
        shape.heading = Number(name.at(-1));
      } else if (name === "FootnoteDefinition") {
        shape.definition = ref.node;
        shape.isDefinitionStart = ref.from >= line.from;
      } else if (name === "FootnoteLabel") {
        shape.start = Math.max(shape.start, Math.min(ref.to, line.to));
        return false;
      } else if (name === "FencedCode" || name === "CodeBlock") {
        shape.isCode = true;
        return false;
      } else if (name === "HorizontalRule") {
        shape.isRule = true;
        return false;
      } else if (name === "TableHeader" || name === "TableRow" || (name === "TableDelimiter" && ref.node.parent?.name === "Table")) {
        shape.row = /** @type {any} */ (name);
        return false;
      }
      return true;
    },
  });
  // Indentation after the marks belongs to them (but in code, where it is text).
  if (!shape.isCode) {
    while (shape.start < line.to && /[ \t]/.test(text[shape.start - line.from] ?? "") && canSkipIndent(shape)) shape.start++;
  }
  return shape;
}

/** @param {LineShape} shape */
function canSkipIndent(shape) {
  const before = shape.line.text.slice(0, shape.start - shape.line.from);
  // After a mark on this very line only its one space is skipped; what follows was typed as text.
  return before.trim() === "" || /^[\s>]*$/.test(before);
}

/** Whether a line holds nothing but quote marks and spaces. @param {Line} line */
export const isBlank = (line) => /^[\s>]*$/.test(line.text);

/**
 * How deep a heading stands below those before it, from 1: a level that is left out does not count, as in the text for
 * reading.
 * @param {EditorState} state @param {number} pos where its line starts
 */
export function headingDepth(state, pos) {
  /** @type {number[]} */
  const above = [];
  for (let node = syntaxTree(state).topNode.firstChild; node && node.from <= pos; node = node.nextSibling) {
    const level = /Heading(\d)$/.exec(node.name)?.[1];
    if (!level) continue;
    while (above.length && above[above.length - 1] >= Number(level)) above.pop();
    above.push(Number(level));
  }
  return Math.max(above.length, 1);
}
