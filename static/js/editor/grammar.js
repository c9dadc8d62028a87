// The Markdown that sections are written in: CommonMark without HTML, tables and footnotes, as the server reads it.
import { Table, markdownParser } from "../../vendor/codemirror.js";

const LABEL = /^\[\^([^\s[\]]+)\]/;
const DEFINITION = /^\[\^([^\s[\]]+)\]:[ \t]*/;
const CONTINUATION_INDENT = 4;

/** Footnote references `[^label]` and definitions `[^label]: text`; further paragraphs are indented by four. */
const footnotes = {
  defineNodes: [
    "FootnoteReference",
    "FootnoteLabel",
    {
      name: "FootnoteDefinition",
      block: true,
      /** @param {any} _cx @param {any} line */
      composite(_cx, line) {
        if (line.next >= 0 && line.indent < line.baseIndent + CONTINUATION_INDENT) return false;
        line.moveBaseColumn(line.baseIndent + CONTINUATION_INDENT);
        return true;
      },
    },
  ],
  parseInline: [{
    name: "FootnoteReference",
    before: "Link",
    /** @param {any} cx @param {number} next @param {number} pos */
    parse(cx, next, pos) {
      if (next !== 91 || cx.char(pos + 1) !== 94) return -1;
      const match = LABEL.exec(cx.slice(pos, Math.min(cx.end, pos + 80)));
      return match ? cx.addElement(cx.elt("FootnoteReference", pos, pos + match[0].length)) : -1;
    },
  }],
  parseBlock: [{
    name: "FootnoteDefinition",
    before: "LinkReference",
    /** @param {any} cx @param {any} line */
    parse(cx, line) {
      const match = line.next === 91 && line.indent < line.baseIndent + CONTINUATION_INDENT &&
        DEFINITION.exec(line.text.slice(line.pos));
      if (!match) return false;
      const from = cx.lineStart + line.pos;
      cx.startComposite("FootnoteDefinition", line.pos, 0);
      cx.addElement(cx.elt("FootnoteLabel", from, from + match[0].length));
      line.moveBase(line.pos + match[0].length);
      return null;
    },
    /** @param {any} _cx @param {any} line */
    endLeaf: (_cx, line) => line.next === 91 && DEFINITION.test(line.text.slice(line.pos)),
  }],
};

const ADDRESS = /^<((?:[a-z][a-z0-9+.-]+:[^\s<>]*)|(?:[^\s@<>]+@[^\s@<>]+))>/i;

/** Addresses in angle brackets; the parser's own way goes with HTML, which is left out. */
const addresses = {
  parseInline: [{
    name: "Address",
    before: "Emphasis",
    /** @param {any} cx @param {number} next @param {number} pos */
    parse(cx, next, pos) {
      const match = next === 60 && ADDRESS.exec(cx.slice(pos, cx.end));
      if (!match) return -1;
      const end = pos + match[0].length;
      return cx.addElement(cx.elt("Autolink", pos, end, [
        cx.elt("LinkMark", pos, pos + 1), cx.elt("URL", pos + 1, end - 1), cx.elt("LinkMark", end - 1, end),
      ]));
    },
  }],
};

export const parser = markdownParser.configure([
  // The server reads with HTML switched off, so the editor shows what looks like HTML as the text it is.
  { remove: ["HTMLBlock", "HTMLTag"] },
  Table,
  /** @type {any} */ (footnotes),
  addresses,
]);

/**
 * The cells of one table row, as ranges between its pipes (which a backslash escapes).
 * @param {string} text the row, without what a quote or list puts before it
 * @returns {{from: number, to: number}[]}
 */
export function rowCells(text) {
  const pipes = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "|") pipes.push(i);
  }
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  const cells = [];
  let from = start;
  for (const pipe of pipes) {
    if (pipe > start) cells.push({ from, to: pipe });
    from = pipe + 1;
  }
  if (from < end) cells.push({ from, to: end });
  return cells;
}
