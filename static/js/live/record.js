// A section with what waits in it, as plain data: what a browser keeps across a reload. recovery.js goes on from it.
import { queueOf, sidesField } from "./queue.js";
import { runToJson } from "./runs.js";
import { trackedToJson } from "./tracking.js";

/** @import { Item, Token } from "./queue.js" */
/** @import { Batch } from "./batch.js" */
/** @import { Sync } from "./sync.js" */

/**
 * @typedef {{changes: any, suggestion?: string | null, strike: any, restore: any, given: any,
 *   of: {item: number} | {revision: number, removed: any} | null}} KeptItem
 * @typedef {{section: string, client: string, n: number, confirmed: any, inFlight: Batch | null,
 *   decisions?: readonly import("./deciding.js").Decision[], items: KeptItem[]}} SyncRecord
 */

/** @param {Sync} sync @returns {SyncRecord} */
export function recordOf(sync) {
  const { state } = sync.holder;
  const queue = queueOf(state);
  return {
    section: sync.key,
    client: sync.client,
    n: sync.n,
    confirmed: trackedToJson(state.field(sidesField).confirmed),
    inFlight: sync.inFlight,
    decisions: sync.decisions,
    items: queue.map((item) => kept(item, queue)),
  };
}

/** @param {Item} item @param {Item[]} queue @returns {KeptItem} */
function kept({ changes, kind, strike, restore }, queue) {
  const { of, given, suggestion } = kind;
  return {
    changes: changes.toJSON(), suggestion, strike, restore, given: given?.map(runToJson) ?? null, of: of ? keptOf(of, queue) : null,
  };
}

/** @param {Token} of @param {Item[]} queue @returns {KeptItem["of"]} */
function keptOf(of, queue) {
  if (of.revision === null) return { item: queue.findIndex(({ token }) => token === of) };
  return { revision: of.revision, removed: of.removed && { text: of.removed.text, runs: of.removed.runs.map(runToJson) } };
}
