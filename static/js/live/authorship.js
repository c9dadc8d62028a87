// "Who wrote what": each stretch of the text underlined in its organisation's colour, with the acronym where the
// organisation changes, from the authorship on screen. Loaded when somebody asks for it.
import { Decoration, ViewPlugin, WidgetType } from "../../vendor/codemirror.js";
import { element, orgMark } from "./frame.js";
import { authorshipPart, sidesField } from "./queue.js";

/** @import { EditorState, Extension } from "@codemirror/state" */
/** @import { EditorView, DecorationSet, ViewUpdate } from "@codemirror/view" */
/** @import { Names } from "./names.js" */
/** @import { Page } from "./page.js" */
/** @import { Run } from "./runs.js" */

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
    const mark = orgMark(this);
    mark.classList.add("live-acronym");
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

/** @param {Names} names @param {(name: string, acronym: string) => string} by @returns {Extension} */
function plugin(names, by) {
  return ViewPlugin.define((view) => ({
    decorations: decorations(view, names, by),
    /** @param {ViewUpdate} update */
    update({ view: current, docChanged, viewportChanged, startState, state }) {
      if (docChanged || viewportChanged || startState.field(sidesField) !== state.field(sidesField)) {
        this.decorations = decorations(current, names, by);
      }
    },
  }), { decorations: (value) => value.decorations });
}

/** Whose text the caret is in. @param {EditorState} state @returns {Run | null} */
function runAt(state) {
  let at = 0;
  for (const run of state.field(sidesField).screen.runs) {
    at += run.length;
    if (state.selection.main.head <= at) return run;
  }
  return null;
}

/** Authorship on a page: its colours in every open section, their legend, and whose text the caret is in. */
export class Authorship {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.whose = element("p", "live-whose");
    this.whose.setAttribute("role", "status");
  }

  /** Shows or hides it in what is open now. */
  show() {
    const { page } = this;
    const views = [...page.sections.values()].flatMap(({ view }) => view ?? []);
    const colours = page.showsAuthorship ? plugin(page.names, page.words.by) : [];
    for (const view of views) view.dispatch({ effects: authorshipPart.reconfigure(colours) });
    page.frame.legend.hidden = !page.showsAuthorship || !views.length;
    const list = element("ul", "legend");
    list.setAttribute("aria-label", page.words.legend);
    for (const id of new Set(views.flatMap(({ state }) => state.field(sidesField).screen.runs.map((run) => run.organisation)))) {
      const body = page.names.organisation(id);
      const item = element("li", "");
      item.append(orgMark(body), ` ${body.name}`);
      list.append(item);
    }
    page.frame.legend.replaceChildren(list, this.whose);
  }

  /** Says whose text the caret is in. @param {EditorState} state */
  caretMoved(state) {
    const { names, words, showsAuthorship } = this.page;
    const run = showsAuthorship ? runAt(state) : null;
    const text = run ? words.by(names.person(run.author), names.organisation(run.organisation).acronym) : "";
    if (this.whose.textContent !== text) this.whose.textContent = text;
  }
}
