// What a suggestion says, in words: as a card shows it, and as it is read aloud.
import { element } from "./frame.js";

/** @import { Change, Kind } from "./proposal_kinds.js" */
/** @typedef {typeof import("../words/fr/review.js").words} Words */
/** @typedef {{kind: Kind, subject: string, old: string, new: string, changes?: readonly Change[]}} Said */
/** @typedef {{text: string, as: "" | "old" | "new" | "quoted"}} Part */

const MOST = 140;

/** The parts of a sentence about a suggestion. @param {Said} said @param {Words} words @returns {Part[]} */
export function partsOf(said, words) {
  const { kind, subject, old, new: fresh } = said;
  const verb = words.said[kind];
  /** @param {string} text @param {Part["as"]} as @returns {Part} */
  const part = (text, as) => ({ text, as });
  if (kind === "empty") return [part(verb, "")];
  if (kind === "insert") return [part(verb, ""), part(fresh.trim() ? fresh : words.blank, "new")];
  if (kind === "delete") return [part(verb, ""), part(old.trim() ? old : words.blank, "old")];
  if (kind === "replace") {
    return [part(verb, ""), part(old.trim() ? old : words.blank, "old"), part(words.said.by, ""), part(fresh.trim() ? fresh : words.blank, "new")];
  }
  if (kind === "new_item" || kind === "new_paragraph" || kind === "new_row") return [part(verb, ""), part(fresh || words.nothingYet, "new")];
  if (kind === "new_note") return [part(verb, ""), part(subject || words.nothingYet, "new")];
  const quoted = part(subject, "quoted");
  const address = kind === "link" ? addressOf(said.changes ?? []) : "";
  return [part(verb, ""), quoted, ...(address ? [part(words.towards(address), "")] : [])];
}

/** Where a proposed link leads: shown, so that nobody accepts an address unseen. @param {readonly Change[]} changes */
function addressOf(changes) {
  return /^\]\(([^\s]*?)(?:\s[^]*)?\)$/.exec(changes[1]?.new ?? "")?.[1] ?? "";
}

/** Shortens in the middle, or only the beginning for what lies before a place. @param {string} text @param {boolean} isTail */
export function shortened(text, isTail = false, most = MOST) {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  if (isTail) return `…${letters.slice(-most / 2).join("")}`;
  return `${letters.slice(0, Math.round(most * 0.65)).join("")} … ${letters.slice(-Math.round(most * 0.3)).join("")}`;
}

/** The sentence, to be read aloud or to name a button. @param {Said} said @param {Words} words */
export function sentence(said, words, most = MOST) {
  const isTail = said.kind === "split" || said.kind === "join";
  const text = partsOf(said, words).map((part) => part.as ? words.quoted(shortened(part.text, isTail, most)) : part.text).join(" ");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/**
 * Fills a card's line; returns whether something was shortened.
 * @param {HTMLElement} line @param {Said} said @param {Words} words @param {boolean} isWhole
 */
export function fill(line, said, words, isWhole) {
  const isTail = said.kind === "split" || said.kind === "join";
  let isShort = false;
  line.replaceChildren();
  for (const { text, as } of partsOf(said, words)) {
    const shown = as && !isWhole ? shortened(text, isTail) : text;
    isShort ||= shown !== text;
    const tag = as === "old" ? "del" : as === "new" ? "ins" : as ? "q" : "span";
    const piece = element(tag, as ? `card-${as}` : "card-verb");
    piece.textContent = shown;
    if (line.childNodes.length) line.append(" ");
    line.append(piece);
  }
  return isShort;
}

/** When, in few words. @param {string | undefined} at @param {Words} words */
export function timeWords(at, words, now = Date.now()) {
  const language = document.documentElement.lang || "fr";
  const minutes = at ? Math.round((now - Date.parse(at)) / 60_000) : 0;
  if (minutes < 1 || !at) return words.now;
  const relative = new Intl.RelativeTimeFormat(language, { style: "short" });
  if (minutes < 60) return relative.format(-minutes, "minute");
  if (minutes < 60 * 24) return relative.format(-Math.round(minutes / 60), "hour");
  const day = new Date(at);
  const year = day.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year, hour: "2-digit", minute: "2-digit" }).format(day);
}
