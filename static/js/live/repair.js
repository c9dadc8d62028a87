// Repair: before something is sent, the server's own check is run over what waits, on the confirmed state. What it would
// refuse is rewritten, and what follows is moved over the difference. Typed text is never dropped. The rewriting is the
// table "What happens when" of the rules for tracked changes. Loaded when needed: plain typing never is.
import { ChangeSet } from "../../vendor/codemirror.js";
import { adjoining } from "./adjoining.js";
import { check } from "./check.js";
import { fitted } from "./inverse.js";
import { MOST_INSERTED, assumed, composed, insertedLength, newToken, updateOf } from "./queue.js";
import { editsOf, joinedRanges, stretches } from "./runs.js";
import { struckInstead } from "./striking.js";
import { fold, mapRanges } from "./tracking.js";

/** @import { Range } from "./runs.js" */
/** @import { Item, Me, Token } from "./queue.js" */
/** @import { Tracked } from "./tracking.js" */

/**
 * What an item becomes; `delta` leads from the text after it to the text after what it became.
 * @typedef {{items: Item[], delta: ChangeSet | null}} Righted
 * @typedef {{who: Me, right: string, newId: () => string}} Author
 */

/**
 * Returns the queue as the server will take it; `delta` is what that changes in the text on screen. Null: it is right.
 * @param {Tracked} confirmed @param {readonly Item[]} queue @param {Author} author
 * @returns {{items: Item[], delta: ChangeSet} | null}
 */
export function repaired(confirmed, queue, author) {
  /** @type {Item[]} */
  const items = [];
  /** @type {Map<string, string>} */
  const renamed = new Map();
  const waiting = new Set(queue.map(({ token }) => token));
  let state = confirmed;
  let isChanged = false;
  /** @type {ChangeSet | null} */
  let over = null;
  for (const item of queue) {
    /** @type {Item} */
    const moved = over ? movedOver(item, over) : item;
    over = over ? over.map(item.changes, true) : null;
    /** @type {Righted} */
    const right = isRight(state, moved, author, renamed, waiting) ? { items: [moved], delta: null }
      : righted(state, moved, author, renamed, waiting);
    isChanged ||= right.items.length !== 1 || right.items[0] !== item;
    over = composed(over, right.delta);
    items.push(...right.items);
    state = right.items.reduce((before, next) => fold(before, assumed(before, next, author.who)), state);
  }
  return isChanged ? { items, delta: over ?? ChangeSet.empty(state.doc.length) } : null;
}

/** @param {Item} item @param {ChangeSet} over @returns {Item} */
function movedOver(item, over) {
  const after = over.map(item.changes, true);
  return {
    ...item, changes: item.changes.map(over), strike: mapRanges(item.strike, after), restore: mapRanges(item.restore, after),
  };
}

/**
 * @param {Tracked} state @param {Item} item @param {Author} author @param {Map<string, string>} renamed
 * @param {Set<Token>} waiting
 */
function isRight(state, item, { who, right }, renamed, waiting) {
  const { of, suggestion } = item.kind;
  if (insertedLength(item) > MOST_INSERTED || (suggestion && renamed.has(suggestion))) return false;
  if (of && of.revision === null && !waiting.has(of)) return false;
  if (JSON.stringify(liftable(state, item)) !== JSON.stringify(item.restore)) return false;
  const hand = { author: who.person, organisation: who.organisation, right };
  const log = (/** @type {number} */ revision) => ({
    ...assumed({ ...state, revision: revision - 1 }, item, who), removed: of?.removed ?? null,
  });
  return "row" in check(state, updateOf(item), hand, { base: state.revision, log });
}

/**
 * @param {Tracked} state @param {Item} item @param {Author} author @param {Map<string, string>} renamed
 * @param {Set<Token>} waiting @returns {Righted}
 */
function righted(state, item, { who, right, newId }, renamed, waiting) {
  if (right === "suggest" && !item.kind.suggestion) return suggestedInstead(state, item, who, newId);
  const back = item.kind.of ? givenBack(state, item, item.kind.of, waiting) : { items: [item], delta: null };
  const [one] = back.items;
  if (!one) return back;
  if (!one.kind.suggestion) return { items: inPieces(one), delta: back.delta };
  const struck = strikingInstead(state, ownNamed(state, one, one.kind.suggestion, who, renamed, newId), who);
  return { items: inPieces(struck.item), delta: composed(back.delta, struck.delta) };
}

/**
 * What somebody wrote who has lost the right to write since, but may still suggest. Text of others that an undo would
 * give back cannot be suggested in their name: it stays as it is.
 * @param {Tracked} state @param {Item} item @param {Me} who @param {() => string} newId @returns {Righted}
 */
function suggestedInstead(state, item, who, newId) {
  if (item.kind.of) return { items: [], delta: item.changes.invert(state.doc) };
  const { changes, strike, delta } = struckInstead(state, item.changes, who);
  const suggestion = adjoining(state, changes, strike, who, false) ?? newId();
  return { items: inPieces({ ...item, changes, strike, restore: [], kind: { suggestion } }), delta };
}

/**
 * Text that an undo gives back: not where it is back already or its suggestions are decided, and only what the named
 * deletion really removed.
 * @param {Tracked} state @param {Item} item @param {Token} of @param {Set<Token>} waiting @returns {Righted}
 */
function givenBack(state, item, of, waiting) {
  const asPlain = { ...item, kind: { suggestion: item.kind.suggestion } };
  if (of.revision === null) return { items: [waiting.has(of) ? item : asPlain], delta: null };
  const ids = (of.removed?.runs ?? []).flatMap(({ insertion, strikes }) => insertion === null ? strikes : [insertion, ...strikes]);
  if (state.returned.has(of.revision) || ids.some((id) => state.suggestions.get(id)?.outcome)) {
    return { items: [], delta: item.changes.invert(state.doc) };
  }
  const text = of.removed?.text ?? "";
  const fit = text.length > MOST_INSERTED ? null : fitted(item.changes, text);
  if (!fit) return { items: [asPlain], delta: null };
  const { changes, delta } = fit;
  const [strike, restore] = [item.strike, item.restore].map((ranges) => delta ? mapRanges(ranges, delta) : ranges);
  return { items: [{ ...item, changes, strike, restore, kind: text ? item.kind : asPlain.kind }], delta };
}

/**
 * A suggestion that is decided, or not one's own, goes on under a new id.
 * @param {Tracked} state @param {Item} item @param {string} id @param {Me} who @param {Map<string, string>} renamed
 * @param {() => string} newId @returns {Item}
 */
function ownNamed(state, item, id, who, renamed, newId) {
  const one = state.suggestions.get(id);
  const isMine = !one || (one.author === who.person && one.organisation === who.organisation);
  if (isMine && !one?.outcome && !renamed.has(id)) return item;
  const name = renamed.get(id) ?? newId();
  renamed.set(id, name);
  return { ...item, kind: { ...item.kind, suggestion: name } };
}

/**
 * In a suggestion only one's own pending text is deleted for real: the rest stays, and is struck. Of strikes only one's
 * own are lifted.
 * @param {Tracked} state @param {Item} item @param {Me} who @returns {{item: Item, delta: ChangeSet | null}}
 */
function strikingInstead(state, item, who) {
  const { changes, strike, delta } = struckInstead(state, item.changes, who);
  if (!delta) return { item: { ...item, restore: liftable(state, item) }, delta: null };
  const moved = { ...item, changes, restore: mapRanges(item.restore, delta) };
  const all = joinedRanges([...mapRanges(item.strike, delta), ...strike]);
  return { item: { ...moved, strike: all, restore: liftable(state, moved) }, delta };
}

/** Where `restore` has something to lift: whoever strikes there next must not make it another's strike. @param {Tracked} state @param {Item} item @returns {Range[]} */
function liftable(state, item) {
  if (!item.restore.length) return [];
  const after = fold({ ...state, suggestions: new Map() }, assumed(state, { ...item, restore: [], strike: [], kind: {} }, NOBODY));
  return joinedRanges(item.restore.flatMap(([from, to]) => stretches(after.runs, from, to)
    .filter(({ run }) => run.strikes.includes(item.kind.suggestion ?? ""))
    .map((stretch) => /** @type {Range} */ ([stretch.from, stretch.to]))));
}

const NOBODY = { person: 0, organisation: 0 };

/** Splits what is too long for one update into several, one after another. @param {Item} item @returns {Item[]} */
function inPieces(item) {
  if (insertedLength(item) <= MOST_INSERTED) return [item];
  /** @type {{from: number, to?: number, insert?: string}[]} */
  const first = [];
  /** @type {{from: number, insert: string}[]} */
  const later = [];
  for (const { from, to, at, text } of editsOf(item.changes)) {
    first.push({ from, to });
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = Math.min(text.length, start + MOST_INSERTED);
      if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1])) end--;
      later.push({ from: at + start, insert: text.slice(start, end) });
    }
  }
  const { kind: { suggestion }, strike, restore, token } = item;
  const removal = ChangeSet.of(first, item.changes.length);
  let length = removal.newLength;
  const pieces = later.map(({ from, insert }) => {
    const changes = ChangeSet.of({ from, insert }, length, "\n");
    length = changes.newLength;
    return { changes, kind: { suggestion }, token: newToken(), strike: [], restore: [] };
  });
  const all = [{ changes: removal, kind: { suggestion }, token, strike: [], restore: [] }, ...pieces]
    .filter(({ changes }) => !changes.empty);
  return all.map((piece, i) => i === all.length - 1 ? { ...piece, strike, restore } : piece);
}
