// What suggestions contain, and what a decision about them quotes. The browser's `pieces_of` and `seen_of`.
import { checksum } from "./tracking.js";

/** @import { Tracked } from "./tracking.js" */
/** @typedef {[kind: string, text: string]} Piece */

/**
 * The pieces of each suggestion in order: "+" inserted, "-" struck, "+-" inserted and struck by the same suggestion.
 * @param {Tracked} state @param {readonly string[]} ids @returns {Map<string, Piece[]>}
 */
export function piecesOf(state, ids) {
  /** @type {Map<string, Piece[]>} */
  const out = new Map(ids.map((id) => [id, []]));
  /** @type {Map<string, number>} */
  const openSince = new Map();
  let at = 0;
  state.runs.forEach((run, index) => {
    const text = state.doc.sliceString(at, (at += run.length), "\n");
    for (const id of new Set(run.insertion === null ? run.strikes : [run.insertion, ...run.strikes])) {
      const pieces = out.get(id);
      if (!pieces) continue;
      const kind = (run.insertion === id ? "+" : "") + (run.strikes.includes(id) ? "-" : "");
      const last = pieces[pieces.length - 1];
      if (last && openSince.get(id) === index - 1 && last[0] === kind) last[1] += text;
      else pieces.push([kind, text]);
      openSince.set(id, index);
    }
  });
  return out;
}

/** What a decision about suggestions has to quote. @param {Tracked} state @param {readonly string[]} ids */
export function seenOf(state, ids) {
  const pieces = piecesOf(state, ids.filter((id) => state.suggestions.has(id)));
  return Object.fromEntries([...pieces].map(([id, list]) =>
    [id, `${state.suggestions.get(id)?.touched}.${checksum(list.map(([kind, text]) => `${kind}\n${text}\n`).join(""))}`]));
}
