// The syntax tree of a section, kept up to date edit by edit, and questions about it.
import { Facet, StateField, TreeFragment } from "../../vendor/codemirror.js";
import { parser } from "./grammar.js";

/** @import { EditorState, Line, Text } from "@codemirror/state" */
/** @import { Input, SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common" */
/** @import { Gaps } from "./projection.js" */

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
 * Where the text has stretches that are to be read as if they were not there, and how that is done: the host fills it
 * where there are any, with `parseWithout` from projection.js. `base` is the text as it is while nothing of what is proposed is
 * decided, null where nothing is; `known` changes with it.
 * @typedef {{gaps: (state: EditorState) => Gaps, parse: typeof import("./projection.js").parseWithout,
 *   base: (state: EditorState) => string | null, known: (state: EditorState) => unknown}} Struck
 * @type {Facet<Struck, Struck | null>}
 */
export const struckRanges = Facet.define({ combine: (values) => values[0] ?? null });
/** @type {Gaps} */
const NONE = [];

/**
 * `fragments` are of the text as it was read: without the gaps, if there were any.
 * @typedef {{tree: Tree, fragments: readonly TreeFragment[], gaps: Gaps, read: string | null}} Parsed
 * @param {Text} text
 * @param {readonly TreeFragment[]} fragments
 * @returns {Parsed}
 */
function parse(text, fragments) {
  const tree = parser.parse(new TextInput(text), fragments);
  return { tree, fragments: TreeFragment.addTree(tree, fragments), gaps: NONE, read: null };
}

/** @param {Gaps} a @param {Gaps} b */
const sameGaps = (a, b) => a === b || (a.length === b.length && a.every(([from, to], i) => from === b[i]?.[0] && to === b[i]?.[1]));

/** Holds the tree. Only blocks near an edit are read again. */
export const syntax = StateField.define({
  create(state) {
    const struck = state.facet(struckRanges);
    const gaps = struck?.gaps(state) ?? NONE;
    return struck && gaps.length ? struck.parse(state.doc, gaps, [], null) : parse(state.doc, []);
  },
  update(value, tr) {
    const struck = tr.state.facet(struckRanges);
    const gaps = struck?.gaps(tr.state) ?? NONE;
    if (!tr.docChanged && sameGaps(gaps, value.gaps)) return value;
    if (struck && (gaps.length || value.gaps.length)) {
      return struck.parse(tr.newDoc, gaps, value.fragments, value.read ?? tr.startState.doc.toString());
    }
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

/** @param {LineShape} shape @param {SyntaxNodeRef} ref a mark that ends where text, or its one space, begins */
function passMark(shape, ref) {
  const { line } = shape;
  if (ref.from < line.from) return;
  shape.start = Math.max(shape.start, ref.to + (/[ \t]/.test(line.text[ref.to - line.from] ?? "") ? 1 : 0));
}

/**
 * What each kind of node says of a line; false keeps out of what is inside it.
 * @type {Record<string, (shape: LineShape, ref: SyntaxNodeRef) => boolean | void>}
 */
const says = {
  Blockquote: (shape) => void shape.quotes++,
  QuoteMark: passMark,
  ListItem(shape, ref) {
    const first = ref.node.firstChild;
    const mark = first && first.name === "ListMark" && first.from >= shape.line.from ? first : null;
    shape.items.push({ node: ref.node, mark, ordered: ref.node.parent?.name === "OrderedList" });
  },
  ListMark: passMark,
  HeaderMark(shape, ref) {
    if (ref.node.prevSibling === null && shape.heading) passMark(shape, ref);
    return false;
  },
  FootnoteDefinition(shape, ref) {
    shape.definition = ref.node;
    shape.isDefinitionStart = ref.from >= shape.line.from;
  },
  FootnoteLabel(shape, ref) {
    shape.start = Math.max(shape.start, Math.min(ref.to, shape.line.to));
    return false;
  },
  FencedCode: (shape) => !(shape.isCode = true),
  CodeBlock: (shape) => !(shape.isCode = true),
  HorizontalRule: (shape) => !(shape.isRule = true),
  TableHeader: (shape) => !(shape.row = "TableHeader"),
  TableRow: (shape) => !(shape.row = "TableRow"),
  TableDelimiter: (shape, ref) => !(ref.node.parent?.name === "Table" && (shape.row = "TableDelimiter")),
};

/** @param {EditorState} state @param {number} pos @returns {LineShape} */
export function lineShape(state, pos) {
  const line = state.doc.lineAt(pos);
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
      if (ref.to < line.from || ref.from > line.to || (ref.to === line.from && ref.from < line.from)) return false;
      const heading = /^(?:ATX|Setext)Heading(\d)$/.exec(ref.name);
      if (heading) shape.heading = Number(heading[1]);
      return says[ref.name]?.(shape, ref);
    },
  });
  // Indentation after the marks belongs to them (but in code, where it is text).
  if (!shape.isCode) {
    while (shape.start < line.to && /[ \t]/.test(line.text[shape.start - line.from] ?? "") && canSkipIndent(shape)) shape.start++;
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
