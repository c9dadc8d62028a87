// The server's own check of an update, run in the browser before it is sent. The browser's drafting/domain/checks.py.
import { cut, edit, editsOf, plainRun } from "./runs.js";
import { mapRanges, removedBy } from "./tracking.js";

/** @import { ChangeDesc, Text } from "@codemirror/state" */
/** @import { Range, Run } from "./runs.js" */
/** @import { Row, Tracked, Update } from "./tracking.js" */

/**
 * Who acts, and with which right.
 * @typedef {{author: number, organisation: number, right: string}} Hand
 * @typedef {{row: Row} | {refused: "stale" | "forbidden"}} Verdict
 * @typedef {(revision: number) => Row | undefined} Log
 */

const FORBIDDEN = /** @type {const} */ ({ refused: "forbidden" });
const STALE = /** @type {const} */ ({ refused: "stale" });

/**
 * Returns the row that an update, already mapped to `state`, becomes, or why it is refused.
 * @param {Tracked} state @param {Update} update @param {Hand} hand
 * @param {{base: number, log?: Log}} options @returns {Verdict}
 */
export function check(state, update, hand, { base, log = () => undefined }) {
  const { changes, suggestion = null, strike = [], restore = [] } = update;
  if (hand.right !== "write" && hand.right !== "suggest") return FORBIDDEN;
  if (changes.length !== state.doc.length || cutsCharacter(state.doc, update)) return FORBIDDEN;
  const removed = removedBy(state, changes);
  const refusal = suggestion === null
    ? (hand.right !== "write" || strike.length || restore.length ? FORBIDDEN : null)
    : checkOwner(state, suggestion, hand, base) ?? checkRemoved(state, removed?.runs ?? [], hand, base) ??
      checkRanges(state, update, suggestion, base);
  if (refusal) return refusal;
  const given = update.of ? givenBy(state, update, update.of, hand, base, log) : [];
  if ("refused" in given) return given;
  return {
    row: {
      revision: state.revision + 1, author: hand.author, organisation: hand.organisation, changes, suggestion, strike,
      restore, of: update.of ?? null, removed, given, client: "", n: 0, i: 0, at: null,
    },
  };
}

/** @param {Text} doc @param {number} position */
export function splitsPair(doc, position) {
  if (position <= 0 || position >= doc.length) return false;
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(doc.sliceString(position - 1, position + 1));
}

/** @param {Text} doc @param {Update} update */
function cutsCharacter(doc, { changes }) {
  return editsOf(changes).some(({ from, to }) => splitsPair(doc, from) || splitsPair(doc, to));
}

/** @param {Tracked} state @param {string} id @param {Hand} hand @param {number} base @returns {Verdict | null} */
function checkOwner(state, id, hand, base) {
  const one = state.suggestions.get(id);
  if (!one) return null;
  if (one.author !== hand.author) return FORBIDDEN;
  if (one.decided !== null) return one.decided > base ? STALE : FORBIDDEN;
  return one.organisation === hand.organisation ? null : STALE;
}

/** @param {Tracked} state @param {readonly Run[]} removed @param {Hand} hand @param {number} base @returns {Verdict | null} */
function checkRemoved(state, removed, hand, base) {
  const wrong = removed.find((run) => !isOwnPending(state, run, hand.author));
  if (!wrong) return null;
  const acceptedSince = [...state.suggestions.values()].some((one) =>
    one.author === hand.author && one.outcome === "accept" && (one.decided ?? 0) > base);
  return wrong.insertion === null && acceptedSince ? STALE : FORBIDDEN;
}

/** Whether a run is this author's own pending insertion. @param {Tracked} state @param {Run} run @param {number} author */
export function isOwnPending(state, run, author) {
  return run.insertion !== null && state.suggestions.get(run.insertion)?.author === author;
}

/** @param {Tracked} state @param {Update} update @param {string} id @param {number} base @returns {Verdict | null} */
function checkRanges(state, { changes, strike = [], restore = [] }, id, base) {
  if (!strike.length && !restore.length) return null;
  const doc = changes.apply(state.doc);
  for (const [from, to] of [...strike, ...restore]) {
    if (to > doc.length || splitsPair(doc, from) || splitsPair(doc, to)) return FORBIDDEN;
  }
  const edits = editsOf(changes);
  const runs = edit(state.runs, edits, edits.map(({ text }) => plainRun(text.length, 0, 0)));
  const lifts = restore.flatMap(([from, to]) => cut(runs, from, to));
  if (lifts.every((run) => !run.strikes.length || run.strikes.includes(id))) return null;
  return (state.suggestions.get(id)?.touched ?? 0) > base ? STALE : FORBIDDEN;
}

/**
 * The runs that come back with the text of one's own earlier deletion, or why not.
 * @param {Tracked} state @param {Update} update @param {number} of @param {Hand} hand @param {number} base
 * @param {Log} log @returns {readonly Run[] | {refused: "stale" | "forbidden"}}
 */
function givenBy(state, { changes, suggestion }, of, hand, base, log) {
  const row = of > state.revision ? undefined : log(of);
  if (!row || row.author !== hand.author || row.decide || !row.removed) return FORBIDDEN;
  if (editsOf(changes).map(({ text }) => text).join("") !== row.removed.text) return FORBIDDEN;
  const returned = state.returned.get(of);
  if (returned !== undefined) return returned > base ? STALE : FORBIDDEN;
  for (const { insertion, strikes } of row.removed.runs) {
    for (const id of insertion === null ? strikes : [insertion, ...strikes]) {
      const decided = state.suggestions.get(id)?.decided ?? null;
      if (decided !== null) return decided > base ? STALE : FORBIDDEN;
    }
  }
  const foreign = suggestion && row.removed.runs.some((run) => !isOwnPending(state, run, hand.author));
  return foreign ? FORBIDDEN : row.removed.runs;
}

/**
 * Maps a batch over one later row, and that row's change over the batch, as the server does.
 * @param {readonly Update[]} updates @param {import("@codemirror/state").ChangeSet} over @returns {Update[]}
 */
export function mapUpdates(updates, over) {
  return updates.map((update) => {
    const changes = update.changes.map(over);
    over = over.map(update.changes, true);
    return {
      ...update, changes, strike: mapRanges(update.strike ?? [], over), restore: mapRanges(update.restore ?? [], over),
    };
  });
}
