// From clipboard HTML to Markdown. Loaded when somebody pastes formatted text for the first time.
import { TurndownService } from "../../vendor/turndown.js";
import { escapeMarkdown } from "./insertion.js";
import { clean } from "./paste_clean.js";

/** @param {HTMLElement} node */
const cellsOf = (node) => [...node.children].map((cell) => cell.textContent ?? "");

function makeService() {
  const service = new TurndownService({
    headingStyle: "atx", bulletListMarker: "-", emDelimiter: "*", strongDelimiter: "**", codeBlockStyle: "fenced", hr: "---", br: "\\",
  });
  service.escape = escapeMarkdown;
  service.addRule("note", {
    filter: (node) => node.hasAttribute("data-note"),
    replacement: (_content, node) => `[^${/** @type {HTMLElement} */ (node).getAttribute("data-note")}]`,
  });
  service.addRule("item", {
    filter: "li",
    replacement(content, node) {
      const list = /** @type {HTMLElement} */ (node.parentElement);
      const at = [...list.children].indexOf(/** @type {HTMLElement} */ (node));
      const mark = list.tagName === "OL" ? `${Number(list.getAttribute("start") ?? 1) + at}. ` : "- ";
      const text = content.trim().replace(/\n{2,}(?=\s*([-*]|\d+\.) )/g, "\n").replace(/\n/g, `\n${" ".repeat(mark.length)}`);
      return `${mark}${text.replace(/^\s+$/gm, "")}${node.nextSibling ? "\n" : ""}`;
    },
  });
  service.addRule("cell", {
    filter: ["td", "th"],
    replacement: (content) => ` ${content.trim().replace(/\s*\n\s*/g, " ").replace(/(?<!\\)\|/g, "\\|")} |`,
  });
  service.addRule("row", {
    filter: "tr",
    replacement(content, node) {
      const row = /** @type {HTMLElement} */ (node);
      const isFirst = row.parentElement?.querySelector("tr") === row;
      return `\n|${content}${isFirst ? `\n|${cellsOf(row).map(() => " --- |").join("")}` : ""}`;
    },
  });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.replace(/\n+/g, "\n").trim()}\n\n` });
  service.addRule("section", { filter: ["tbody", "thead", "tfoot"], replacement: (content) => content });
  return service;
}

const service = makeService();

/** @param {Element} node */
const toMarkdown = (node) => service.turndown(/** @type {HTMLElement} */ (node))
  .replace(/\\\n(\\\n)+/g, "\n\n").replace(/(\\\n)+(?=\n|$)/g, "").replace(/^\\$/gm, "").replace(/[ \t]+$/gm, "")
  // A heading's number begins no list.
  .replace(/^(#{1,6} \d+)\\([.)])/gm, "$1$2").replace(/\n{3,}/g, "\n\n").trim();

/**
 * @param {string} html from any program's clipboard
 * @returns {{markdown: string, images: number}} and how many images were left out
 */
export function fromHtml(html) {
  const { body, notes, images } = clean(html);
  const text = toMarkdown(body);
  const definitions = [...notes].map(([number, node]) =>
    `[^${number}]: ${toMarkdown(node).replace(/\n{2,}/g, "\n\n    ").replace(/\n(?! |\n)/g, " ")}`);
  return { markdown: [text, definitions.join("\n")].filter(Boolean).join("\n\n"), images };
}
