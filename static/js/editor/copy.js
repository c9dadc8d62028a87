// What other programs get when text is copied: formatted text for Word and mail, and words without marks for the rest.
import { parser, rowCells } from "./grammar.js";

/** @import { SyntaxNode } from "@lezer/common" */

/** @type {Record<string, string>} */
const TAGS = { Emphasis: "em", StrongEmphasis: "strong", InlineCode: "code" };
/** @type {Record<string, string>} */
const BLOCKS = { Blockquote: "blockquote", BulletList: "ul", OrderedList: "ol", ListItem: "li" };
const SILENT = /Mark$|^(URL|LinkTitle|LinkLabel|CodeInfo|TableDelimiter|FootnoteLabel|LinkReference)$/;

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);

/** Writes one text's tree as HTML, its notes numbered and put last. */
class Writer {
  /** @param {string} source */
  constructor(source) {
    this.source = source;
    /** @type {Map<string, number>} */
    this.numbers = new Map();
    /** @type {string[]} */
    this.definitions = [];
  }

  /** @param {SyntaxNode} node */
  text(node) {
    return this.source.slice(node.from, node.to);
  }

  /** @param {SyntaxNode} node */
  label(node) {
    return /\[\^([^\]]+)/.exec(this.text(node))?.[1] ?? "";
  }

  /** Text and what is within it. @param {SyntaxNode} node */
  content(node) {
    let html = "";
    let at = node.from;
    for (let child = node.firstChild; child; child = child.nextSibling) {
      html += escape(this.source.slice(at, child.from)) + this.render(child);
      at = child.to;
    }
    return html + escape(this.source.slice(at, node.to));
  }

  /** Blocks hold no text of their own between them. @param {SyntaxNode} node */
  blocks(node) {
    let html = "";
    for (let child = node.firstChild; child; child = child.nextSibling) html += this.render(child);
    return html;
  }

  /** @param {SyntaxNode} row @param {string} tag */
  row(row, tag) {
    const children = row.getChildren("TableCell");
    return `<tr>${rowCells(this.text(row)).map(({ from, to }) => {
      const cell = children.find((one) => one.from >= row.from + from && one.to <= row.from + to);
      return `<${tag}>${cell ? this.content(cell).trim() : ""}</${tag}>`;
    }).join("")}</tr>`;
  }

  /** @param {SyntaxNode} node @returns {string} */
  render(node) {
    const { name } = node;
    const own = special[name];
    const tag = TAGS[name];
    const block = BLOCKS[name];
    if (SILENT.test(name)) return "";
    if (own) return own(this, node);
    if (tag) return `<${tag}>${this.content(node)}</${tag}>`;
    if (block) return `<${block}>${this.blocks(node)}</${block}>`;
    if (/^(ATX|Setext)Heading/.test(name)) return `<h${name.at(-1)}>${this.content(node).trim()}</h${name.at(-1)}>`;
    return this.content(node);
  }
}

/** @type {Record<string, (writer: Writer, node: SyntaxNode) => string>} */
const special = {
  Paragraph(writer, node) {
    const isWholeItem = node.parent?.name === "ListItem" && node.parent.getChildren("Paragraph").length === 1;
    return isWholeItem ? writer.content(node) : `<p>${writer.content(node)}</p>`;
  },
  Escape: (writer, node) => escape(writer.text(node).slice(1)),
  HardBreak: () => "<br>",
  HorizontalRule: () => "<hr>",
  Link(writer, node) {
    const url = node.getChild("URL");
    const href = url ? writer.text(url) : "";
    return /^(https?:|mailto:|tel:)/i.test(href) ? `<a href="${escape(href)}">${writer.content(node)}</a>` : writer.content(node);
  },
  Autolink: (writer, node) => escape(writer.text(node).slice(1, -1)),
  FootnoteReference(writer, node) {
    const label = writer.label(node);
    if (!writer.numbers.has(label)) writer.numbers.set(label, writer.numbers.size + 1);
    return `<sup>${writer.numbers.get(label)}</sup>`;
  },
  FootnoteDefinition(writer, node) {
    const number = writer.numbers.get(writer.label(node)) ?? "";
    writer.definitions.push(`<p><sup>${number}</sup> ${writer.blocks(node).replace(/^<p>|<\/p>$/g, "")}</p>`);
    return "";
  },
  Table(writer, node) {
    const header = node.getChild("TableHeader");
    const rows = node.getChildren("TableRow").map((row) => writer.row(row, "td"));
    return `<table>${header ? writer.row(header, "th") : ""}${rows.join("")}</table>`;
  },
  FencedCode: (writer, node) => `<pre>${writer.content(node)}</pre>`,
  CodeBlock: (writer, node) => `<pre>${writer.content(node)}</pre>`,
};

/** @param {string} source Markdown @returns {string} */
export function toHtml(source) {
  const writer = new Writer(source);
  const html = writer.blocks(parser.parse(source).topNode);
  return html + writer.definitions.join("");
}

/** The words alone, a line for each block. @param {string} html of `toHtml` */
export function toPlain(html) {
  const marked = html.replace(/<li>/g, "<li>- ").replace(/<\/t[hd]>(?=<t)/g, "\t").replace(/<br>|<\/(p|h\d|tr|pre)>|<\/li>|(?<=.)<(ul|ol)>/g, "\n$&");
  return (new DOMParser().parseFromString(marked, "text/html").body.textContent ?? "").replace(/\n{2,}/g, "\n").trim();
}
