// Taking up what an earlier page could not send. Loaded where there is something.
import { ChangeSet } from "../../vendor/codemirror.js";
import { newToken, specOf } from "./queue.js";
import { runFromJson } from "./runs.js";
import { Sheet } from "./sheet.js";
import { Sync } from "./sync.js";
import { trackedFromJson } from "./tracking.js";
import { OLD_MS, lockName } from "./unsaved.js";

/** @import { Holder, Token } from "./queue.js" */
/** @import { KeptItem, SyncRecord } from "./record.js" */
/** @import { Page } from "./page.js" */
/** @import { Section } from "./section.js" */
/** @import { Unsaved } from "./unsaved.js" */

/** Takes up a record once the page that wrote it is gone. @param {Page} page @param {Section} section @param {Unsaved & {kind: "waiting"}} unsaved */
export async function takeUpLeft(page, section, unsaved) {
  await claim(unsaved.record.client, unsaved.at);
  await page.store?.takeLastWords();
  await takeUpNow(page, section, unsaved.id);
}

/** Waits for a page that lives and had nothing to keep yet: what it leaves when it goes is taken up. @param {Page} page @param {string} client */
export async function waitFor(page, client) {
  await claim(client, 0);
  await page.store?.takeLastWords();
  for (const left of (await page.store?.of(page.me.person)) ?? []) {
    if (left.kind !== "waiting" || left.record.client !== client || left.organisation !== page.me.organisation) continue;
    const section = page.sections.get(left.record.section);
    if (section) await takeUpNow(page, section, left.id);
  }
}

/** @param {Page} page @param {Section} section @param {string} id */
async function takeUpNow(page, section, id) {
  // Its page may have saved it, or written more, before it went.
  const left = await page.store?.get(id);
  if (left?.kind !== "waiting") return;
  if (isFresh(left.at)) return takeUpLeft(page, section, left);
  takeUp(section, left.record);
  page.announce(page.words.recovering);
}

/** In the text itself, or, if the section is open already, behind it. @param {Section} section @param {SyncRecord} record */
export function takeUp(section, record) {
  const tracked = trackedFromJson(record.confirmed);
  const numbers = { n: record.n, inFlight: record.inFlight, decisions: record.decisions ?? [] };
  const behind = () => new Sync({
    key: section.key, holder: new Sheet(tracked, record.client, section.page.me), listener: section.listener(), ...numbers,
  });
  const isFree = !section.view && !section.opening.isUnderWay;
  const sync = isFree ? section.mount(tracked, record.client, numbers) : behind();
  section.saving.add(sync, true);
  putBack(sync.holder, record.items);
  if (section.send) section.open(section.send);
}

/**
 * Puts what waited back into a section whose confirmed state is that of the record.
 * @param {Holder} holder @param {KeptItem[]} items
 */
export function putBack(holder, items) {
  const tokens = items.map(newToken);
  const transactions = [];
  let { state } = holder;
  for (const [i, { changes, suggestion, strike, restore, given, of }] of items.entries()) {
    const kind = { suggestion, of: of && tokenFor(of, tokens), given: given?.map(runFromJson) };
    const tr = state.update(specOf({ changes: ChangeSet.fromJSON(changes), kind, token: tokens[i], strike, restore }));
    transactions.push(tr);
    state = tr.state;
  }
  holder.update(transactions);
}

/** @param {NonNullable<KeptItem["of"]>} of @param {Token[]} tokens @returns {Token | null} */
function tokenFor(of, tokens) {
  if ("item" in of) return tokens[of.item] ?? null;
  return { revision: of.revision, removed: of.removed && { text: of.removed.text, runs: of.removed.runs.map(runFromJson) } };
}

/**
 * Waits until the page that wrote a record is gone; from then on this page has it.
 * @param {string} client @param {number} at when the record was written @returns {Promise<void>}
 */
function claim(client, at) {
  if (!navigator.locks) return new Promise((resolve) => setTimeout(resolve, Math.max(0, at + OLD_MS - Date.now())));
  return new Promise((resolve) => {
    void navigator.locks.request(lockName(client), () => {
      resolve();
      return new Promise(() => {});
    });
  });
}

/** Without locks: whether the page that writes a record seems to live. @param {number} at */
function isFresh(at) {
  return !navigator.locks && Date.now() - at < OLD_MS;
}
