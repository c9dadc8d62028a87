// What a suggestion does to the text: puts words in or takes them out, or bold, a heading, an item, a break. The
// browser's drafting/domain/proposal_kinds.py.
import { ITEM, isMadeOf, plain } from "./wording.js";

/**
 * @typedef {"insert" | "delete" | "replace" | "bold" | "italic" | "code" | "link" | "plain" | "heading" | "list" | "quote" |
 *   "paragraph" | "new_item" | "new_paragraph" | "new_row" | "new_note" | "split" | "join" | "empty"} Kind
 *
 * One place of a suggestion: what it takes away there and what it puts there, as typed.
 * @typedef {{start: number, end: number, old: string, new: string}} Change
 *
 * The kind, and the words concerned where it is about formatting or structure.
 * @typedef {[Kind, string]} Found
 */

/** @type {Record<string, Kind>} */
const MARKS = { "**": "bold", "__": "bold", "*": "italic", "_": "italic", "`": "code" };
const PREFIX = new RegExp(String.raw`^(?:[ \t]*(?:#{1,6}[ \t]|${ITEM}[ \t]|>))*[ \t]*`);
const ITEM_LINE = new RegExp(String.raw`^[ \t>]*${ITEM}[ \t]`);
const ITEM_LAST = new RegExp(String.raw`(?:^|[ \t>])${ITEM}$`);
const LINK_END = /^\]\([^\n]*\)$/;
const BREAK = new RegExp(String.raw`^[ \t>\\]*\n[ \t\n>]*(?:${ITEM}[ \t]+)?$`);
const ROW = /^[ \t>]*\|[^\n]*\|[ \t]*$/;
const NOTE_CALL = /^\[(\^[^[\] \t\n]{1,200})\]$/;
const NOTE_TEXT = /^\n*\[(\^[^[\] \t\n]{1,200})\]:([^]*)$/;
const SPACE = " \\t";

/** @param {string} text the whole section's @param {readonly Change[]} changes @returns {Found} */
export function kindOf(text, changes) {
  if (!changes.length) return ["empty", ""];
  for (const rule of [formatting, structure, breaks, lines, note]) {
    const found = rule(text, changes);
    if (found) return found;
  }
  const isNew = changes.some((one) => one.new);
  if (isNew && changes.some(({ old }) => old)) return ["replace", ""];
  return [isNew ? "insert" : "delete", ""];
}

/** Marks put around words or taken from around them. @param {string} text @param {readonly Change[]} changes @returns {Found | null} */
function formatting(text, changes) {
  if (changes.length % 2) return null;
  /** @type {Set<Kind | null>} */
  const kinds = new Set();
  const words = [];
  for (let i = 0; i < changes.length; i += 2) {
    const [opening, closing] = [changes[i], changes[i + 1]];
    words.push(plain(text.slice(opening.end, closing.start)));
    if (!opening.old && !closing.old) kinds.add(style(opening.new, closing.new));
    else kinds.add(!opening.new && !closing.new && style(opening.old, closing.old) ? "plain" : null);
  }
  const [kind] = kinds;
  return kind && kinds.size === 1 ? [kind, words.filter(Boolean).join(" … ")] : null;
}

/** What a pair of marks makes of the words between. @param {string} opening @param {string} closing @returns {Kind | null} */
function style(opening, closing) {
  if (opening === "[" && LINK_END.test(closing)) return "link";
  return opening === closing ? MARKS[opening] ?? null : null;
}

/** What stands before a line's own words, the words themselves left alone. @param {string} text @param {readonly Change[]} changes @returns {Found | null} */
function structure(text, changes) {
  /** @type {Kind[]} */
  const kinds = [];
  const words = [];
  for (const change of changes) {
    if (change.old.includes("\n") || change.new.includes("\n")) return null;
    const [before, rest] = around(text, change);
    const [old, fresh] = [before + change.old + rest, before + change.new + rest];
    const [was, becomes] = [prefix(old), prefix(fresh)];
    const kind = lineKind(was, becomes);
    if (!kind || old.slice(was.length) !== fresh.slice(becomes.length)) return null;
    kinds.push(kind);
    words.push(plain(fresh));
  }
  return [kinds[0], words.filter(Boolean).join(" … ")];
}

/** What a line becomes by another beginning. @param {string} was @param {string} becomes @returns {Kind | null} */
function lineKind(was, becomes) {
  const marker = becomes.replace(/^[ \t]+|[ \t]+$/g, "");
  if (was === becomes || (!marker && isMadeOf(was, SPACE))) return null;
  if (marker.includes("#")) return "heading";
  if (ITEM_LAST.test(marker)) return "list";
  return marker.endsWith(">") ? "quote" : "paragraph";
}

/** A paragraph or an item cut in two, or two made one. @param {string} text @param {readonly Change[]} changes @returns {Found | null} */
function breaks(text, changes) {
  if (changes.length !== 1) return null;
  const [change] = changes;
  const [before, rest] = around(text, change);
  const words = plain(before);
  if (isMadeOf(change.old, SPACE) && BREAK.test(change.new) && words && plain(rest)) return ["split", words];
  if (BREAK.test(change.old) && isMadeOf(change.new, SPACE) && plain(rest)) return ["join", words];
  return null;
}

/** Whole new lines: items, rows of a table, paragraphs. @param {string} text @param {readonly Change[]} changes @returns {Found | null} */
function lines(text, changes) {
  if (changes.length !== 1 || changes[0].old) return null;
  const fresh = changes[0].new;
  const [before, rest] = around(text, changes[0]);
  const begins = fresh.startsWith("\n") || isMadeOf(before, `${SPACE}>`);
  const ends = fresh.endsWith("\n") || isMadeOf(rest, `${SPACE}|>`);
  if (!begins || !ends) return null;
  const filled = fresh.split("\n").filter((line) => !isMadeOf(line, SPACE));
  if (filled.length && ITEM_LINE.test(`${filled[0]} `)) return ["new_item", ""];
  if (filled.length && filled.every((line) => ROW.test(line) && !isMadeOf(line, `${SPACE}|:>-`))) return ["new_row", ""];
  return fresh.includes("\n") ? ["new_paragraph", ""] : null;
}

/** A note: its call in the text, and its words at the end. @param {string} _ @param {readonly Change[]} changes @returns {Found | null} */
function note(_, changes) {
  if (changes.length !== 2 || changes.some(({ old }) => old)) return null;
  const call = NOTE_CALL.exec(changes[0].new);
  const words = NOTE_TEXT.exec(changes[1].new);
  return call && words && call[1] === words[1] ? ["new_note", plain(words[2])] : null;
}

/** The rest of the line before and behind a change. @param {string} text @param {Change} change @returns {[string, string]} */
function around(text, { start, end }) {
  const from = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const to = text.indexOf("\n", end);
  return [text.slice(from, start), text.slice(end, to < 0 ? text.length : to)];
}

/** What stands before a line's own words. @param {string} line */
function prefix(line) {
  return PREFIX.exec(line)?.[0] ?? "";
}
