// Where the others are in the text: a caret with a name and an organisation's acronym, and what they have selected.
import { Decoration, EditorView, StateEffect, StateField, WidgetType } from "../../vendor/codemirror.js";
import { realChanges } from "./queue.js";

/** @import { ChangeDesc } from "@codemirror/state" */
/** @import { DecorationSet } from "@codemirror/view" */

/**
 * Positions are in the text on screen. `moves` counts how often it moved.
 * @typedef {{session: string, name: string, acronym: string, colour: string, anchor: number, head: number, moves: number}} Cursor
 */

/** @type {import("@codemirror/state").StateEffectType<readonly Cursor[]>} */
export const showCursors = StateEffect.define();

class Caret extends WidgetType {
  /** @param {Cursor} cursor */
  constructor(cursor) {
    super();
    this.cursor = cursor;
  }

  /** @param {Caret} other */
  eq(other) {
    return other.cursor.session === this.cursor.session && other.cursor.moves === this.cursor.moves;
  }

  toDOM() {
    const { name, acronym, colour } = this.cursor;
    const caret = document.createElement("span");
    caret.className = `live-caret org-${colour}`;
    caret.setAttribute("aria-hidden", "true");
    const label = document.createElement("span");
    label.className = "live-caret-label";
    const who = document.createElement("span");
    who.className = "live-caret-name";
    who.textContent = `${name} · `;
    label.append(who, acronym);
    caret.append(label);
    return caret;
  }

  get estimatedHeight() {
    return 0;
  }

  ignoreEvent() {
    return true;
  }
}

/** @type {StateField<readonly Cursor[]>} */
export const cursorsField = StateField.define({
  /** @returns {readonly Cursor[]} */
  create: () => [],
  update(cursors, tr) {
    const changes = realChanges(tr);
    let now = changes && !changes.empty ? cursors.map((cursor) => followed(cursor, changes)) : cursors;
    for (const effect of tr.effects) if (effect.is(showCursors)) now = effect.value;
    return now;
  },
  provide: (field) => EditorView.decorations.compute([field], (state) => drawn(state.field(field), state.doc.length)),
});

/** @param {Cursor} cursor @param {ChangeDesc} changes @returns {Cursor} */
function followed(cursor, changes) {
  const at = (/** @type {number} */ position) => changes.mapPos(Math.min(position, changes.length), 1);
  return { ...cursor, anchor: at(cursor.anchor), head: at(cursor.head) };
}

/** @param {readonly Cursor[]} cursors @param {number} length @returns {DecorationSet} */
function drawn(cursors, length) {
  const ranges = cursors.flatMap((cursor) => {
    const [anchor, head] = [Math.min(cursor.anchor, length), Math.min(cursor.head, length)];
    const caret = Decoration.widget({ widget: new Caret(cursor), side: 1 }).range(head);
    if (anchor === head) return [caret];
    const selected = Decoration.mark({ class: `live-selected org-${cursor.colour}` });
    return [caret, selected.range(Math.min(anchor, head), Math.max(anchor, head))];
  });
  return Decoration.set(ranges, true);
}
