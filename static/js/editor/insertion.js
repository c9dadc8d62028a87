// Puts Markdown or plain text where the caret is, so that it fits what is around it.
import { EditorSelection } from "../../vendor/codemirror.js";
import { quotePrefix } from "./blocks.js";
import { shownLine } from "./layout.js";
import { inTable } from "./tables.js";

/** @import { EditorView } from "@codemirror/view" */

const DEFINITION = /^\[\^([^\s[\]]+)\]:.*(?:\n(?: {4}.*|\s*(?=\n {4})))*$/gm;
const BLOCK = /^(#{1,6} |> |[-*+] |\d{1,9}[.)] |\||```|\[\^[^\]]+\]:|-{3,}$)/;

/** Gives notes labels that no other note has. @param {string} markdown */
function freshLabels(markdown) {
  /** @type {Map<string, string>} */
  const labels = new Map();
  return markdown.replace(/\[\^([^\s[\]]+)\]/g, (_whole, label) => {
    if (!labels.has(label)) {
      const letters = crypto.getRandomValues(new Uint8Array(6));
      labels.set(label, Array.from(letters, (byte) => "abcdefghijkmnpqrstuvwxyz"[byte % 24]).join(""));
    }
    return `[^${labels.get(label)}]`;
  });
}

/** @param {EditorView} view @param {string} markdown */
export function insertMarkdown(view, markdown) {
  const source = freshLabels(markdown.replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, ""));
  if (inTable(view.state)) return insertInline(view, source.replace(/\s*\n\s*/g, " "));
  const isInline = !source.includes("\n") && !BLOCK.test(source);
  return isInline ? insertInline(view, source) : insertBlocks(view, source);
}

/** @param {EditorView} view @param {string} text */
function insertInline(view, text) {
  view.dispatch({ ...view.state.replaceSelection(text), userEvent: "input.paste", scrollIntoView: true });
}

/** @param {EditorView} view @param {string} source */
function insertBlocks(view, source) {
  const { state } = view;
  const { from, to } = state.selection.main;
  const definitions = source.match(DEFINITION) ?? [];
  const body = source.replace(DEFINITION, "").replace(/\n{3,}/g, "\n\n").trim();
  const shown = shownLine(state, from);
  const prefix = quotePrefix(shown) + " ".repeat(shown.items.length ? shown.start - shown.line.from - quotePrefix(shown).length : 0);
  const text = prefix ? body.split("\n").map((line, i) => (i && line ? prefix + line : line || prefix.trimEnd())).join("\n") : body;
  const gap = `\n${prefix.trimEnd()}\n${prefix}`;
  const isFresh = from <= shown.start && !shown.heading && !shown.items.length;
  const before = isFresh ? "" : gap;
  const rest = state.sliceDoc(to, state.doc.lineAt(to).to);
  const after = rest.trim() ? gap : "";
  const end = state.doc.length;
  const notes = definitions.length ? `\n\n${definitions.join("\n")}` : "";
  const atEnd = to >= end;
  const insert = before + text + after;
  const changes = state.changes(atEnd ? [{ from, to, insert: insert + notes }]
    : [{ from, to, insert }, ...(notes ? [{ from: end, insert: notes }] : [])]);
  view.dispatch({
    changes,
    selection: EditorSelection.cursor(from + before.length + text.length),
    scrollIntoView: true,
    userEvent: "input.paste",
  });
}

const SIGNS = /[\\*`[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** Signs that would mean something in Markdown at a line's beginning or within it. @param {string} text */
export const escapeMarkdown = (text) => text.replace(SIGNS, "\\$&").replace(/^(\s*)(#{1,6}\s|>|[-+]\s|\d+[.)]\s)/, (_whole, space, mark) =>
  space + (/^\d/.test(mark) ? mark.replace(/[.)]/, "\\$&") : `\\${mark}`));

/** Plain text: each line is a paragraph. Lists written with hyphens or numbers stay lists. @param {EditorView} view @param {string} plain */
export function insertPlain(view, plain) {
  const lines = plain.split("\n").map((line) => line.trimEnd());
  while (lines.length && !lines.at(-1)) lines.pop();
  if (lines.length <= 1 || inTable(view.state)) return insertInline(view, inlineText(lines.join(" ")));
  let text = "";
  let isList = false;
  for (const line of lines) {
    if (!line.trim()) continue;
    const item = /^\s*(?:[•·▪–-]|(\d+)[.)])\s+(.*)$/.exec(line);
    const paragraph = item ? `${item[1] ? `${item[1]}.` : "-"} ${escapeMarkdown(item[2] ?? "")}` : escapeMarkdown(line.trim());
    text += (text ? (item && isList ? "\n" : "\n\n") : "") + paragraph;
    isList = Boolean(item);
  }
  insertBlocks(view, text);
}

/** @param {string} text */
const inlineText = (text) => (/^https?:\/\/\S+$/.test(text.trim()) ? `<${text.trim()}>` : text.replace(SIGNS, "\\$&"));
