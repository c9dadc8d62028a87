// Markdown as somebody would read it aloud, for cards that quote a piece of a text. The browser's drafting/domain/wording.py.

/** What begins a list item. */
export const ITEM = String.raw`(?:[-*+]|[0-9]{1,9}[.)])`;

const DELIMITER = /^[ \t]*(?:\|[ \t]*)?:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*(?:\|[ \t]*)?$/;
const NOTE = /\[\^[^[\] \t\n]{1,200}\](?!:)/g;
const DEFINITION = /^\[\^[^[\] \t\n]{1,200}\]:[ \t]*/;
const LINK = /\[([^[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*){0,3}\)/g;
const LINE_PREFIX = new RegExp(String.raw`^(?:[ \t]*(?:#{1,6}[ \t]|${ITEM}[ \t]|>))+[ \t]*`);
const STYLE = /(?<!\\)(?:\*\*|__|\*|`|(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_]))/gu;
const ESCAPE = /\\([!-/:-@[-`{-~])/g;

/** Markdown without marks, on one line; lines are joined by " ¶ ", no-break spaces are kept. @param {string} text */
export function plain(text) {
  return text.split("\n").map(plainLine).filter(Boolean).join(" ¶ ");
}

/** @param {string} line */
function plainLine(line) {
  if (DELIMITER.test(line)) return "";
  const words = line.replace(/\\$/, "").replace(NOTE, "[note]").replace(DEFINITION, "[note] ")
    .replace(LINK, "$1").replace(LINE_PREFIX, "").replace(STYLE, "").replace(ESCAPE, "$1");
  return inner(words.replaceAll("|", " | ").replace(/[ \t]+/g, " "));
}

/** A line without spaces and bars at its ends. A rule for its end would begin anew at each bar. @param {string} line */
function inner(line) {
  let [start, end] = [0, line.length];
  while (start < end && " |".includes(line[start])) start++;
  while (end > start && " |".includes(line[end - 1])) end--;
  return line.slice(start, end);
}

/** @param {string} text @param {string} characters those of a regular expression's class */
export function isMadeOf(text, characters) {
  return new RegExp(`^[${characters}]*$`).test(text);
}
