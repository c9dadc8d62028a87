// Passages that threads are about, marked in an open editor: they follow the text as the server's anchors do.
import { Decoration, EditorView, StateEffect, StateField } from "../../vendor/codemirror.js";
import { queueOf, realChanges, sidesField } from "./queue.js";

/** @import { ChangeDesc, EditorState } from "@codemirror/state" */
/** @import { Row } from "./tracking.js" */

/** A passage on screen; `key` is the thread's, or empty for the one that is being written. */
/** @typedef {{key: string, from: number, to: number}} Marked */

/** @type {import("@codemirror/state").StateEffectType<readonly Marked[]>} */
export const showMarks = StateEffect.define();
/** The thread that the reader is at. @type {import("@codemirror/state").StateEffectType<string>} */
export const chooseMark = StateEffect.define();

/** @type {StateField<{marks: readonly Marked[], chosen: string}>} */
export const marksField = StateField.define({
  create: () => ({ marks: /** @type {readonly Marked[]} */ ([]), chosen: "" }),
  update(value, tr) {
    let { marks, chosen } = value;
    const changes = realChanges(tr);
    if (changes && !changes.empty) marks = marks.map((one) => followed(one, changes));
    for (const effect of tr.effects) {
      if (effect.is(showMarks)) marks = effect.value;
      if (effect.is(chooseMark)) chosen = effect.value;
    }
    return marks === value.marks && chosen === value.chosen ? value : { marks, chosen };
  },
  provide: (field) => EditorView.decorations.compute([field], (state) => {
    const { marks, chosen } = state.field(field);
    const shown = marks.filter(({ from, to }) => from < to && to <= state.doc.length);
    return Decoration.set(shown.map(({ key, from, to }) => {
      const isChosen = key === "" || key === chosen;
      return Decoration.mark({ class: `thread-passage${isChosen ? " is-chosen" : ""}`, attributes: { "data-threads": key } }).range(from, to);
    }), true);
  }),
});

/** @param {Marked} marked @param {ChangeDesc} changes @returns {Marked} */
function followed({ key, from, to }, changes) {
  const at = (/** @type {number} */ position, /** @type {1 | -1} */ side) => changes.mapPos(Math.min(position, changes.length), side);
  if (from >= to) return { key, from: at(from, -1), to: at(from, -1) };
  const [start, end] = [at(from, 1), at(to, -1)];
  return { key, from: Math.min(start, end), to: end };
}

/**
 * Where passages of a revision are on screen; null while the page has not heard of that revision yet.
 * @param {EditorState} state @param {readonly {revision: number, changes: ChangeDesc}[]} recent rows that came lately
 * @param {number} revision @param {readonly Marked[]} marks @returns {Marked[] | null}
 */
export function onScreen(state, recent, revision, marks) {
  const { confirmed } = state.field(sidesField);
  if (revision > confirmed.revision) return null;
  const tail = recent.filter((row) => row.revision > revision && row.revision <= confirmed.revision);
  if (tail.length < confirmed.revision - revision) return null;
  const all = [...tail, ...queueOf(state)].map(({ changes }) => changes);
  return marks.map((one) => all.reduce(followed, one));
}
