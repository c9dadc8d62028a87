// What takes one edit back, and what becomes of it when it is made: the text, the authors of what comes back, and what a
// suggestion strikes again or no longer.
import { ChangeSet } from "../../vendor/codemirror.js";
import { kindOf, me, restoreEffect, sidesField, strikeEffect, suggests, tokenOf } from "./queue.js";
import { editsOf, joinedRanges, stretches } from "./runs.js";
import { mapRanges, removedBy } from "./tracking.js";

/** @import { EditorState, StateEffectType, Transaction, TransactionSpec } from "@codemirror/state" */
/** @import { Range, Run } from "./runs.js" */
/** @import { Me, Token } from "./queue.js" */

/**
 * The change that takes one edit back. `of` is that edit where it removed text that comes back with its authors;
 * `suggestion` the one that it was part of, with what that strikes again or no longer (in the text after `changes`).
 * @typedef {{changes: ChangeSet, of: Token | null, given: readonly Run[] | null, suggestion: string | null,
 *   strike: readonly Range[], restore: readonly Range[]}} Inverse
 */

/**
 * What comes with suggesting.js: what taking an edit back is where it is a suggestion, or can only be one. Until then the
 * repair before sending does the same.
 * @type {{suggested: typeof import("./taking_back.js").suggested | null}}
 */
export const later = { suggested: null };

/** @param {Inverse} inverse */
export function isNothing({ changes, strike, restore }) {
  return changes.empty && !strike.length && !restore.length;
}

/** @param {Transaction} tr @returns {Inverse} */
export function inverseOf(tr) {
  const before = tr.startState.field(sidesField).screen;
  const removed = removedBy(before, tr.changes);
  const who = tr.state.facet(me);
  const ofOthers = removed?.runs.some((run) => !isOwnPlain(run, who));
  const suggestion = tr.annotation(kindOf)?.suggestion ?? null;
  const back = tr.changes.invertedDesc;
  /** @param {StateEffectType<readonly Range[]>} type @param {boolean} wasStruck */
  const changed = (type, wasStruck) => joinedRanges(mapRanges(rangesOf(tr, type), back).flatMap(([from, to]) => stretches(before.runs, from, to)
    .filter(({ run }) => run.strikes.includes(suggestion ?? "") === wasStruck)
    .map((stretch) => /** @type {Range} */ ([stretch.from, stretch.to]))));
  return {
    changes: tr.changes.invert(tr.startState.doc),
    of: ofOthers ? tr.annotation(tokenOf) ?? null : null,
    given: ofOthers && removed ? removed.runs : null,
    suggestion,
    strike: changed(restoreEffect, true),
    restore: changed(strikeEffect, false),
  };
}

/** @param {Run} run @param {Me} who */
function isOwnPlain(run, who) {
  return run.author === who.person && run.organisation === who.organisation && run.insertion === null && !run.strikes.length;
}

/** @param {Transaction} tr @param {StateEffectType<readonly Range[]>} type @returns {readonly Range[]} */
export function rangesOf(tr, type) {
  return tr.effects.flatMap((effect) => effect.is(type) ? effect.value : []);
}

/** @param {Inverse} inverse @param {ChangeSet} over @returns {Inverse} */
export function movedOver(inverse, over) {
  const after = over.map(inverse.changes, true);
  return {
    ...inverse, changes: inverse.changes.map(over),
    strike: mapRanges(inverse.strike, after), restore: mapRanges(inverse.restore, after),
  };
}

/** @param {EditorState} state @param {Inverse} inverse @returns {{inverse: Inverse, delta: ChangeSet | null}} */
export function righted(state, inverse) {
  const { of } = inverse;
  const fit = of && of.revision !== null ? fitted(inverse.changes, of.removed?.text ?? "") : { changes: inverse.changes, delta: null };
  const isGiven = fit && of && (of.revision === null || of.removed);
  const one = { ...inverse, changes: fit ? fit.changes : inverse.changes, of: isGiven ? of : null };
  if (!inverse.suggestion && !state.facet(suggests)) return { inverse: one, delta: fit?.delta ?? null };
  return later.suggested?.(state, inverse, one, fit?.delta ?? null) ?? { inverse: one, delta: fit?.delta ?? null };
}

/** @param {Inverse} inverse @returns {TransactionSpec} */
export function specOf({ changes, of, given, suggestion, strike, restore }) {
  const kind = { suggestion, ...(of ? { of, given: of.removed?.runs ?? given ?? undefined } : {}) };
  const effects = [
    ...(strike.length ? [strikeEffect.of(strike)] : []), ...(restore.length ? [restoreEffect.of(restore)] : []),
  ];
  return { changes, effects, annotations: [kindOf.of(kind)] };
}

/**
 * Returns a change that inserts `text` instead of a longer text that it is a part of, and what that is less.
 * @param {ChangeSet} changes @param {string} text @returns {{changes: ChangeSet, delta: ChangeSet | null} | null}
 */
export function fitted(changes, text) {
  const edits = editsOf(changes);
  if (edits.map((edit) => edit.text).join("") === text) return { changes, delta: null };
  const less = [];
  let used = 0;
  for (const edit of edits) {
    for (let i = 0; i < edit.text.length; i++) {
      if (edit.text[i] === text[used]) used++;
      else less.push({ from: edit.at + i, to: edit.at + i + 1 });
    }
  }
  if (used < text.length) return null;
  const delta = ChangeSet.of(less, changes.newLength);
  return { changes: changes.compose(delta), delta };
}
