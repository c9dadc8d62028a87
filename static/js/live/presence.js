// Who is here, section by section, and where: takes the server's frames, tells the server where this person is.
import { ChangeSet } from "../../vendor/codemirror.js";
import { cursorsField, showCursors } from "./cursors.js";
import { queueOf, sidesField } from "./queue.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView } from "@codemirror/view" */
/** @import { Names } from "./names.js" */
/** @import { Row } from "./tracking.js" */

/**
 * One page of somebody; positions at a revision, null where they only read.
 * @typedef {{session: string, person: number, organisation: number | null, revision: number, anchor: number | null,
 *   head: number | null, moves?: number}} Place
 * @typedef {{person: number, organisation: number | null, isWriting: boolean}} Presents
 */

const TELL_MS = 150;
/** Rows kept to bring positions of an older revision up to date. */
const MOST_ROWS = 400;

export class Presence {
  /** @param {string} section @param {Names} names @param {() => void} show */
  constructor(section, names, show) {
    this.section = section;
    this.names = names;
    this.show = show;
    /** @type {Map<string, Place>} */
    this.places = new Map();
    /** @type {{revision: number, changes: ChangeSet}[]} */
    this.recent = [];
    /** @type {EditorView | null} */
    this.view = null;
    /** @type {((message: object) => void) | null} */
    this.send = null;
    this.timer = 0;
    this.told = "";
  }

  /**
   * A connection is there, or (null) gone: then nobody is known to be here. `session` is this page's own name.
   * @param {((message: object) => void) | null} send @param {string} session
   */
  connect(send, session) {
    this.send = send;
    this.session = session;
    this.told = "";
    this.places.clear();
    this.drawn();
  }

  /** @param {{here?: Place[], left?: string[]}} message */
  take({ here = [], left = [] }) {
    for (const session of left) this.places.delete(session);
    for (const place of here) {
      if (place.session === this.session) continue; // What goes to all tells us of ourselves too.
      const moves = (this.places.get(place.session)?.moves ?? 0) + 1;
      this.places.set(place.session, { ...place, moves });
    }
    this.drawn();
  }

  /** The confirmed text went on. @param {readonly Row[]} rows */
  rows(rows) {
    this.recent.push(...rows.map(({ revision, changes }) => ({ revision, changes })));
    if (this.recent.length > MOST_ROWS) this.recent.splice(0, this.recent.length - MOST_ROWS);
    if ([...this.places.values()].some(({ anchor }) => anchor !== null)) this.drawn();
  }

  /** Who is here, each person once for an organisation. */
  here() {
    /** @type {Map<string, Presents>} */
    const here = new Map();
    for (const { person, organisation, anchor } of this.places.values()) {
      const id = `${person} ${organisation}`;
      here.set(id, { person, organisation, isWriting: anchor !== null || Boolean(here.get(id)?.isWriting) });
    }
    return [...here.values()];
  }

  /** Shows who is here, and where in the open text. */
  drawn() {
    this.show();
    if (this.view) this.view.dispatch({ effects: showCursors.of(this.cursors(this.view.state)), filter: false });
  }

  /** @param {EditorState} state @returns {import("./cursors.js").Cursor[]} */
  cursors(state) {
    const queue = queueOf(state);
    const shown = new Map(state.field(cursorsField).map((cursor) => [cursor.session, cursor]));
    return [...this.places.values()].flatMap(({ session, person, organisation, revision, anchor, head, moves = 0 }) => {
      if (anchor === null || head === null) return [];
      const before = shown.get(session);
      // Without news of them they stay where the text carried them.
      if (before && before.moves === moves) return [before];
      const tail = this.recent.filter((row) => row.revision > revision).map(({ changes }) => changes);
      const all = [...tail, ...queue.map(({ changes }) => changes)];
      const { acronym, colour } = this.names.organisation(organisation);
      return [{ session, name: this.names.person(person), acronym, colour, moves, anchor: carried(anchor, all), head: carried(head, all) }];
    });
  }

  /** This person moved, in this section: tells the others, not too often. */
  moved() {
    if (!this.timer) {
      this.timer = window.setTimeout(() => {
        this.timer = 0;
        this.tell();
      }, TELL_MS);
    }
  }

  tell() {
    if (!this.send) return;
    const place = this.view && this.view.hasFocus ? placeOf(this.view.state) : { revision: 0, anchor: null, head: null };
    const said = `${place.anchor} ${place.head}`;
    if (said === this.told) return;
    this.told = said;
    this.send({ type: "presence", section: this.section, ...place });
  }
}

/** @param {number} position @param {readonly ChangeSet[]} changes one after the other */
function carried(position, changes) {
  return changes.reduce((at, change) => change.mapPos(Math.min(at, change.length), 1), position);
}

/** Where the selection is in the confirmed text. @param {EditorState} state */
function placeOf(state) {
  const { confirmed } = state.field(sidesField);
  const back = queueOf(state).reduce((all, { changes }) => all.compose(changes), ChangeSet.empty(confirmed.doc.length)).invertedDesc;
  const { anchor, head } = state.selection.main;
  return { revision: confirmed.revision, anchor: back.mapPos(anchor), head: back.mapPos(head) };
}
