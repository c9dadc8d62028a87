// "Who wrote what": each stretch of the text underlined in its organisation's colour, with the acronym where the
// organisation changes, from the authorship on screen.
import { Compartment, Decoration, ViewPlugin, WidgetType } from "../../vendor/codemirror.js";
import { sidesField } from "./queue.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView, DecorationSet, ViewUpdate } from "@codemirror/view" */
/** @import { Names } from "./names.js" */
/** @import { Run } from "./runs.js" */

const part = new Compartment();

class Acronym extends WidgetType {
  /** @param {string} acronym @param {string} colour */
  constructor(acronym, colour) {
    super();
    this.acronym = acronym;
    this.colour = colour;
  }

  /** @param {Acronym} other */
  eq(other) {
    return other.acronym === this.acronym && other.colour === this.colour;
  }

  toDOM() {
    const mark = document.createElement("span");
    mark.className = `org-mark live-acronym org-${this.colour}`;
    mark.textContent = this.acronym;
    return mark;
  }
}

/** @param {EditorView} view @param {Names} names @param {(name: string, acronym: string) => string} by @returns {DecorationSet} */
function decorations(view, names, by) {
  const ranges = [];
  let at = 0;
  let organisation = -1;
  for (const run of view.state.field(sidesField).screen.runs) {
    const [from, to] = [at, (at += run.length)];
    if (!view.state.sliceDoc(from, to).trim()) continue;
    const isNew = run.organisation !== organisation;
    organisation = run.organisation;
    if (!view.visibleRanges.some((range) => from <= range.to && to >= range.from)) continue;
    const { acronym, colour } = names.organisation(run.organisation);
    if (isNew) ranges.push(Decoration.widget({ widget: new Acronym(acronym, colour), side: 1 }).range(from));
    const attributes = { title: by(names.person(run.author), acronym) };
    ranges.push(Decoration.mark({ class: `live-author org-${colour}`, attributes }).range(from, to));
  }
  return Decoration.set(ranges, true);
}

/** Authorship off, at first. */
export const authorship = part.of([]);

/**
 * Shows or hides who wrote what in an open section.
 * @param {EditorView} view @param {boolean} isShown @param {Names} names @param {(name: string, acronym: string) => string} by
 */
export function showAuthorship(view, isShown, names, by) {
  const plugin = ViewPlugin.define((now) => ({
    decorations: decorations(now, names, by),
    /** @param {ViewUpdate} update */
    update({ view: current, docChanged, viewportChanged, startState, state }) {
      if (docChanged || viewportChanged || startState.field(sidesField) !== state.field(sidesField)) {
        this.decorations = decorations(current, names, by);
      }
    },
  }), { decorations: (value) => value.decorations });
  view.dispatch({ effects: part.reconfigure(isShown ? plugin : []) });
}

/** Whose text the caret is in. @param {EditorState} state @returns {Run | null} */
export function runAt(state) {
  let at = 0;
  for (const run of state.field(sidesField).screen.runs) {
    at += run.length;
    if (state.selection.main.head <= at) return run;
  }
  return null;
}

/** The organisations that wrote something of the text. @param {EditorState} state @returns {number[]} */
export function organisationsIn(state) {
  return [...new Set(state.field(sidesField).screen.runs.map(({ organisation }) => organisation))];
}
