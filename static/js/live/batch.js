// Batches: what goes to the server at once, under one number.
import { updateOf } from "./queue.js";
import { updateToJson } from "./tracking.js";

/** @import { Item } from "./queue.js" */

/**
 * A batch that was sent and is not decided; what is sent again is exactly this.
 * @typedef {{n: number, base: number, updates: object[], decision?: import("./deciding.js").Decision}} Batch
 */

const MOST_UPDATES = 100;
const MOST_BYTES = 40_000;

/** The beginning of the queue that goes as one batch: what names an edit not yet confirmed waits for it. @param {Item[]} queue */
export function batchOf(queue) {
  const updates = [];
  let bytes = 0;
  for (const item of queue.slice(0, MOST_UPDATES)) {
    if (item.kind.of && item.kind.of.revision === null) break;
    const update = updateToJson(updateOf(item));
    bytes += new TextEncoder().encode(JSON.stringify(update)).length;
    if (updates.length && bytes > MOST_BYTES) break;
    updates.push(update);
  }
  return updates;
}

/** A random name of letters, digits, - and _. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
