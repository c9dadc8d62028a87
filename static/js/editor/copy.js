// What other programs get when text is copied: formatted text for Word and mail, and words without marks for the rest.
import { parser, rowCells } from "./grammar.js";

/** @import { SyntaxNode } from "@lezer/common" */

/** @type {Record<string, string>} */
const TAGS = { Emphasis: "em", StrongEmphasis: "strong", InlineCode: "code" };
/** @type {Record<string, string>} */
const BLOCKS = { Paragraph: "p", Blockquote: "blockquote", BulletList: "ul", OrderedList: "ol", ListItem: "li" };
const SILENT = /Mark$|^(URL|LinkTitle|LinkLabel|CodeInfo|TableDelimiter|FootnoteLabel|LinkReference)$/;

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);

/** @param {string} source Markdown @returns {string} */
export function toHtml(source) {
  /** @type {Map<string, number>} */
  const numbers = new Map();
  /** @type {string[]} */
  const definitions = [];
  const labelOf = (/** @type {SyntaxNode} */ node) => /\[\^([^\]]+)/.exec(source.slice(node.from, node.to))?.[1] ?? "";

  /** @param {SyntaxNode} node */
  const content = (node) => {
    let html = "";
    let at = node.from;
    for (let child = node.firstChild; child; child = child.nextSibling) {
      html += escape(source.slice(at, child.from)) + render(child);
      at = child.to;
    }
    return html + escape(source.slice(at, node.to));
  };
  /** Blocks hold no text of their own between them. @param {SyntaxNode} node */
  const blocks = (node) => {
    let html = "";
    for (let child = node.firstChild; child; child = child.nextSibling) html += render(child);
    return html;
  };
  /** @param {SyntaxNode} row @param {string} tag */
  const cells = (row, tag) => {
    const children = row.getChildren("TableCell");
    const text = source.slice(row.from, row.to);
    return `<tr>${rowCells(text).map(({ from, to }) => {
      const cell = children.find((one) => one.from >= row.from + from && one.to <= row.from + to);
      return `<${tag}>${cell ? content(cell).trim() : ""}</${tag}>`;
    }).join("")}</tr>`;
  };
  /** @param {SyntaxNode} node @returns {string} */
  const render = (node) => {
    const { name } = node;
    const tag = TAGS[name];
    const block = BLOCKS[name];
    if (SILENT.test(name)) return "";
    if (tag) return `<${tag}>${content(node)}</${tag}>`;
    if (name === "Paragraph" && node.parent?.name === "ListItem" && node.parent.getChildren("Paragraph").length === 1) return content(node);
    if (name === "Paragraph") return `<p>${content(node)}</p>`;
    if (block) return `<${block}>${blocks(node)}</${block}>`;
    if (/^(ATX|Setext)Heading/.test(name)) return `<h${name.at(-1)}>${content(node).trim()}</h${name.at(-1)}>`;
    if (name === "Escape") return escape(source.slice(node.from + 1, node.to));
    if (name === "HardBreak") return "<br>";
    if (name === "HorizontalRule") return "<hr>";
    if (name === "Link") {
      const url = node.getChild("URL");
      const href = url ? source.slice(url.from, url.to) : "";
      return /^(https?:|mailto:|tel:)/i.test(href) ? `<a href="${escape(href)}">${content(node)}</a>` : content(node);
    }
    if (name === "FootnoteReference") {
      const label = labelOf(node);
      if (!numbers.has(label)) numbers.set(label, numbers.size + 1);
      return `<sup>${numbers.get(label)}</sup>`;
    }
    if (name === "FootnoteDefinition") {
      definitions.push(`<p><sup>${numbers.get(labelOf(node)) ?? ""}</sup> ${blocks(node).replace(/^<p>|<\/p>$/g, "")}</p>`);
      return "";
    }
    if (name === "Table") {
      const header = node.getChild("TableHeader");
      return `<table>${header ? cells(header, "th") : ""}${node.getChildren("TableRow").map((row) => cells(row, "td")).join("")}</table>`;
    }
    if (name === "FencedCode" || name === "CodeBlock") return `<pre>${content(node)}</pre>`;
    return content(node);
  };
  const html = blocks(parser.parse(source).topNode);
  return html + definitions.join("");
}

/** The words alone, a line for each block. @param {string} html of `toHtml` */
export function toPlain(html) {
  const marked = html.replace(/<li>/g, "<li>- ").replace(/<\/t[hd]>(?=<t)/g, "\t").replace(/<br>|<\/(p|h\d|tr|pre)>|<\/li>|(?<=.)<(ul|ol)>/g, "\n$&");
  return (new DOMParser().parseFromString(marked, "text/html").body.textContent ?? "").replace(/\n{2,}/g, "\n").trim();
}
