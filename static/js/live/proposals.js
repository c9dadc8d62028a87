// What the open suggestions of a section say, for their cards: in words, not in Markdown. The browser's
// drafting/domain/proposals.py; both run the cases of tests/domain/proposal_cases.json.
import { collisionsOf } from "./collisions.js";
import { kindOf } from "./proposal_kinds.js";
import { plain } from "./wording.js";

/** @import { Change, Kind } from "./proposal_kinds.js" */
/** @import { Tracked } from "./tracking.js" */

/**
 * An open suggestion, read. `subject` is the words concerned by formatting or structure; `old` and `new` what it takes
 * away and puts in, in words; `collides` the others that touch the same words.
 * @typedef {{id: string, author: number, organisation: number, touched: number, kind: Kind, subject: string, old: string,
 *   new: string, start: number, end: number, changes: readonly Change[], collides: readonly string[]}} Proposal
 */

/** The open suggestions in the order of the text; those of which nothing is left last. @param {Tracked} state @returns {Proposal[]} */
export function proposalsOf(state) {
  const text = state.doc.toString();
  const open = [...state.suggestions].filter(([, one]) => one.outcome === null);
  const changes = changesOf(state, text, open.map(([id]) => id));
  const collisions = collisionsOf(state.runs);
  /** @param {[string, unknown]} one */
  const at = ([id]) => changes.get(id)?.[0]?.start ?? Infinity;
  const order = [...open].sort((a, b) => at(a) === at(b) ? (a[0] < b[0] ? -1 : 1) : at(a) - at(b));
  const place = new Map(order.map(([id], index) => [id, index]));
  return order.map(([id, { author, organisation, touched }]) => {
    const own = changes.get(id) ?? [];
    const [kind, subject] = kindOf(text, own);
    const collides = [...collisions.get(id) ?? []].sort((a, b) => Number(place.get(a)) - Number(place.get(b)));
    const side = (/** @type {"old" | "new"} */ which) => own.map((one) => plain(one[which])).filter(Boolean).join(" … ");
    return {
      id, author, organisation, touched, kind, subject, changes: own, collides, old: side("old"), new: side("new"),
      start: own[0]?.start ?? 0, end: own[own.length - 1]?.end ?? 0,
    };
  });
}

const MARK = /^(?:[*_`[]+|\]\([^\n]*\))$/;

/**
 * The changes of each suggestion; struck and inserted text that touch are one change. They touch also where only pending
 * text of others lies between; marks (`**`) do not: they stand around it.
 * @param {Tracked} state @param {string} text @param {readonly string[]} ids @returns {Map<string, Change[]>}
 */
export function changesOf(state, text, ids) {
  /** @type {Map<string, Change[]>} */
  const out = new Map(ids.map((id) => [id, []]));
  let at = 0;
  let pendingFrom = 0;
  for (const run of state.runs) {
    const end = at + run.length;
    for (const id of run.insertion === null ? run.strikes : new Set([run.insertion, ...run.strikes])) {
      const own = out.get(id);
      if (!own || (run.insertion === id && run.strikes.includes(id))) continue;
      const words = text.slice(at, end);
      const [old, fresh] = run.insertion === id ? ["", words] : [words, ""];
      const last = own[own.length - 1];
      if (last && (last.end === at || (last.end >= pendingFrom && !MARK.test(words)))) {
        own[own.length - 1] = { start: last.start, end, old: last.old + old, new: last.new + fresh };
      } else {
        own.push({ start: at, end, old, new: fresh });
      }
    }
    at = end;
    if (run.insertion === null) pendingFrom = at;
  }
  return out;
}
