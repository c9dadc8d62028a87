// What one browser has written and the server has not confirmed: the queue of @codemirror/collab, and beside it the
// section's state as confirmed and as on screen. The second is always folded anew from the first and the queue.
import {
  Annotation, ChangeSet, Compartment, EditorState, Facet, StateEffect, StateField, Transaction, collab, getClientID,
  receiveUpdates, sendableUpdates,
} from "../../vendor/codemirror.js";
import { editsOf, lengthOf } from "./runs.js";
import { fold, mapRanges } from "./tracking.js";

/** @import { AnnotationType, Extension, StateEffectType } from "@codemirror/state" */
/** @import { Range, Run } from "./runs.js" */
/** @import { Text } from "@codemirror/state" */
/** @import { Removed, Row, Tracked } from "./tracking.js" */

/**
 * Stands for one change of this browser wherever it travels; what it became is known once the server has taken it.
 * @typedef {{revision: number | null, removed: Removed | null}} Token
 *
 * What a change of this browser is, beside its text. `of` is the change whose removed text it gives back and `given`
 * that text's runs.
 * @typedef {{suggestion?: string | null, of?: Token | null, given?: readonly Run[]}} Kind
 *
 * @typedef {{changes: ChangeSet, kind: Kind, token: Token, strike: readonly Range[], restore: readonly Range[]}} Item
 * @typedef {{person: number, organisation: number}} Me
 * @typedef {{confirmed: Tracked, screen: Tracked}} Sides
 *
 * Whatever holds a state: the editor's view, or a plain object where no editor is open.
 * @typedef {{readonly state: EditorState, update(transactions: readonly Transaction[]): void}} Holder
 */

/** @type {AnnotationType<Kind>} */
export const kindOf = Annotation.define();
/** @type {AnnotationType<Token>} */
export const tokenOf = Annotation.define();
/** Set on the steps of `rebuild`, whose changes are not edits. @type {AnnotationType<boolean>} */
export const rebuilding = Annotation.define();
/** Ends a `rebuild`: what has really changed in the text. @type {StateEffectType<ChangeSet>} */
export const rebuilt = StateEffect.define();

/** @type {StateEffectType<readonly Range[]>} */
export const strikeEffect = StateEffect.define({ map: mapRanges });
/** @type {StateEffectType<readonly Range[]>} */
export const restoreEffect = StateEffect.define({ map: mapRanges });
/** @type {StateEffectType<readonly Row[]>} */
const confirm = StateEffect.define();
/** @type {StateEffectType<Tracked>} */
const restart = StateEffect.define();

/** @type {Facet<Me, Me>} */
export const me = Facet.define({ combine: (values) => values[0] ?? { person: 0, organisation: 0 } });

/** Whether what is done here are suggestions. @type {Facet<boolean, boolean>} */
export const suggests = Facet.define({ combine: (values) => values.some(Boolean) });

const collabPart = new Compartment();
/** Where suggesting.js, once it is loaded, makes suggestions of edits. */
export const suggestingPart = new Compartment();
/** Where marks.js, once it is loaded, draws suggestions. */
export const marksPart = new Compartment();
/** Where authorship.js, once it is loaded, puts its colours. */
export const authorshipPart = new Compartment();

/** @param {Transaction} tr */
function marksOf(tr) {
  return tr.effects.filter((effect) => effect.is(strikeEffect) || effect.is(restoreEffect));
}

/** Whether a transaction is this browser's own edit. @param {Transaction} tr */
export function isOwnEdit(tr) {
  return tr.annotation(tokenOf) !== undefined && !tr.annotation(rebuilding);
}

/** @type {StateField<Sides>} */
export const sidesField = StateField.define({
  /** @returns {Sides} */
  create() {
    throw new Error("a section's state is made by liveState");
  },
  update(sides, tr) {
    for (const effect of tr.effects) {
      if (effect.is(restart)) return { confirmed: effect.value, screen: effect.value };
      if (effect.is(confirm)) return onScreen(effect.value.reduce(fold, sides.confirmed), tr.state);
    }
    if (!tr.annotation(tokenOf)) return sides;
    const row = assumed(sides.screen, asItem(tr.changes, tr.effects, tr), tr.state.facet(me));
    return { confirmed: sides.confirmed, screen: fold(sides.screen, row) };
  },
});

/** Folds the queue anew. @param {Tracked} confirmed @param {EditorState} state @returns {Sides} */
function onScreen(confirmed, state) {
  const who = state.facet(me);
  return { confirmed, screen: queueOf(state).reduce((side, item) => fold(side, assumed(side, item, who)), confirmed) };
}

/** The row that the server would make of an item. @param {Tracked} side @param {Item} item @param {Me} who @returns {Row} */
export function assumed(side, { changes, kind, strike, restore }, who) {
  const inserted = editsOf(changes).reduce((sum, { text }) => sum + text.length, 0);
  // What the server removed may be other than what was on screen then: a queue is rewritten before it is sent.
  const known = kind.of?.removed?.runs ?? kind.given;
  const given = known && lengthOf(known) === inserted ? known : [];
  return {
    revision: side.revision + 1, author: who.person, organisation: who.organisation, changes, client: "", n: 0, i: 0,
    at: null, suggestion: kind.suggestion ?? null, strike, restore, given, of: kind.of?.revision ?? null,
  };
}

/** @param {ChangeSet} changes @param {readonly StateEffect<any>[]} effects @param {Transaction} origin @returns {Item} */
function asItem(changes, effects, origin) {
  /** @param {StateEffectType<readonly Range[]>} type */
  const ranges = (type) => effects.flatMap((effect) => effect.is(type) ? effect.value : []);
  return {
    changes, kind: origin.annotation(kindOf) ?? {}, token: origin.annotation(tokenOf) ?? newToken(),
    strike: ranges(strikeEffect), restore: ranges(restoreEffect),
  };
}

/** @returns {Token} */
export function newToken() {
  return { revision: null, removed: null };
}

/** Longest inserted text of one update, in units: the server takes frames of 64 KiB. */
export const MOST_INSERTED = 12_000;

/** @param {Item} item */
export function insertedLength(item) {
  return editsOf(item.changes).reduce((sum, { text }) => sum + text.length, 0);
}

/** Whether the server's check, rights apart, has nothing to say of an item. @param {Item} item */
export function isPlain(item) {
  return !item.kind.suggestion && !item.kind.of && insertedLength(item) <= MOST_INSERTED;
}

/** @param {Item} item @returns {import("./tracking.js").Update} */
export function updateOf({ changes, kind, strike, restore }) {
  return { changes, suggestion: kind.suggestion ?? null, strike, restore, of: kind.of?.revision ?? null };
}

/** What is not confirmed, in order. @param {EditorState} state @returns {Item[]} */
export function queueOf(state) {
  return sendableUpdates(state).map(({ changes, effects, origin }) => asItem(changes, effects ?? [], origin));
}

/**
 * The extensions that a live section's state needs. Its document must be `confirmed.doc`.
 * @param {Tracked} confirmed @param {string} client @param {Me} who @param {Extension} [marks] what draws suggestions, where that is at hand @returns {Extension}
 */
export function liveState(confirmed, client, who, marks = []) {
  return [
    me.of(who),
    sidesField.init(() => ({ confirmed, screen: confirmed })),
    collabPart.of(collabAt(confirmed.revision, client)),
    suggestingPart.of([]),
    marksPart.of(marks),
    authorshipPart.of([]),
    EditorState.transactionExtender.of((tr) => {
      const isEdit = !tr.changes.empty || marksOf(tr).length > 0;
      const isForeign = tr.annotation(Transaction.remote) || tr.annotation(rebuilding) || tr.annotation(tokenOf);
      return isEdit && !isForeign ? { annotations: tokenOf.of(newToken()) } : null;
    }),
  ];
}

/** @param {number} revision @param {string} client */
function collabAt(revision, client) {
  return collab({ startVersion: revision, clientID: client, sharedEffects: marksOf });
}

/**
 * Takes rows of the log, in order, the first one following the confirmed revision. Each is applied by itself, as the
 * server maps over each by itself; all in one redraw. Returns whether each row of this browser is the change that stood
 * first in the queue: collab takes it for that without looking.
 * @param {Holder} holder @param {readonly Row[]} rows
 */
export function receive(holder, rows) {
  let state = holder.state;
  const client = getClientID(state);
  const transactions = [];
  let isAsSent = true;
  for (const row of rows) {
    // A decision of one's own is in no queue: it comes like a change of somebody else.
    const [item] = row.client === client && !row.decide ? queueOf(state) : [];
    if (item) Object.assign(item.token, { revision: row.revision, removed: row.removed });
    isAsSent &&= !item || JSON.stringify(item.changes) === JSON.stringify(row.changes);
    const tr = receiveUpdates(state, [{ changes: row.changes, clientID: row.decide ? "" : row.client }]);
    transactions.push(tr);
    state = tr.state;
  }
  transactions.push(state.update({ effects: confirm.of(rows), filter: false }));
  holder.update(transactions);
  return isAsSent;
}

/**
 * Puts another queue in the place of the present one. `delta` is what that changes in the text on screen.
 * @param {Holder} holder @param {readonly Item[]} items @param {ChangeSet} delta
 */
export function rebuild(holder, items, delta) {
  const { confirmed } = holder.state.field(sidesField);
  const queued = queueOf(holder.state).reduce((sum, { changes }) => sum.compose(changes), ChangeSet.empty(confirmed.doc.length));
  restartAt(holder, confirmed, items, queued.invert(confirmed.doc), delta);
}

/**
 * Starts anew from a state that the server sent: what was on screen and in the queue is gone.
 * @param {Holder} holder @param {Tracked} confirmed
 */
export function replace(holder, confirmed) {
  const { doc } = holder.state;
  const changes = difference(doc, confirmed.doc);
  restartAt(holder, confirmed, [], changes, changes);
}

/**
 * @param {Holder} holder @param {Tracked} confirmed @param {readonly Item[]} items
 * @param {ChangeSet} back leads from the text on screen to the confirmed one @param {ChangeSet} delta
 */
function restartAt(holder, confirmed, items, back, delta) {
  const { state } = holder;
  /** @type {Transaction[]} */
  const transactions = [];
  const quiet = [rebuilding.of(true), Transaction.addToHistory.of(false)];
  /** @param {import("@codemirror/state").TransactionSpec} spec */
  const add = (spec) => {
    const before = transactions[transactions.length - 1]?.state ?? state;
    transactions.push(before.update({ filter: false, ...spec }));
  };
  add({ changes: back, effects: collabPart.reconfigure([]), annotations: quiet });
  const again = collabAt(confirmed.revision, getClientID(state));
  add({ effects: [collabPart.reconfigure(again), restart.of(confirmed)], annotations: quiet });
  for (const item of items) add(specOf(item, quiet));
  add({ selection: state.selection.map(delta), effects: rebuilt.of(delta), annotations: quiet });
  holder.update(transactions);
}

/**
 * The transaction that puts an item into the queue.
 * @param {Item} item @param {readonly import("@codemirror/state").Annotation<any>[]} annotations
 */
export function specOf({ changes, kind, token, strike, restore }, annotations = []) {
  // What was mapped to nothing is in the log all the same: the empty mark makes the queue take it.
  const effects = [strikeEffect.of(strike), ...(restore.length ? [restoreEffect.of(restore)] : [])];
  return { changes, effects, annotations: [...annotations, kindOf.of(kind), tokenOf.of(token)], filter: false };
}

/** The smallest single replacement that leads from one text to another. @param {Text} a @param {Text} b */
function difference(a, b) {
  const [old, fresh] = [a.toString(), b.toString()];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end++;
  return ChangeSet.of({ from: start, to: old.length - end, insert: b.slice(start, fresh.length - end) }, old.length);
}

/** What a transaction really changes in the text for who follows positions. @param {Transaction} tr @returns {ChangeSet | null} */
export function realChanges(tr) {
  if (!tr.annotation(rebuilding)) return tr.changes;
  return tr.effects.find((effect) => effect.is(rebuilt))?.value ?? null;
}

/** Two changes one after the other, where either may be none. @param {ChangeSet | null} a @param {ChangeSet | null} b */
export function composed(a, b) {
  return a && b ? a.compose(b) : a ?? b;
}
