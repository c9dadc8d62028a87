// One section on the page of a contribution: read as the server shows it, and written in place.
import { EditorView, keymap } from "../../vendor/codemirror.js";
import { mountEditor, setReadOnly } from "../editor/index.js";
import { Composition } from "./composition.js";
import { cursorsField } from "./cursors.js";
import { sectionFrame, showHere } from "./frame.js";
import { Mode } from "./mode.js";
import { Opening } from "./opening.js";
import { Presence } from "./presence.js";
import { liveState, sidesField } from "./queue.js";
import { Reading } from "./reading.js";
import { Reviewing } from "./reviewing.js";
import { Right } from "./right.js";
import { Saving } from "./saving.js";
import { Sync } from "./sync.js";
import { trackedFromJson } from "./tracking.js";
import { historyField, redo, redoDepth, undo, undoDepth } from "./undo.js";

/** @import { Page } from "./page.js" */
/** @import { Tracked } from "./tracking.js" */

/** How long "saving" may last before it is shown. */
export const SHOWN_MS = 300;

/** @type {import("../editor/undo.js").History} */
const history = { undo, redo, canUndo: (state) => undoDepth(state) > 0, canRedo: (state) => redoDepth(state) > 0 };

export class Section {
  /** @param {HTMLElement} article @param {Page} page */
  constructor(article, page) {
    this.article = article;
    this.page = page;
    this.key = article.dataset.section ?? "";
    this.title = article.dataset.title ?? "";
    this.revision = Number(article.dataset.revision ?? 0);
    this.may = article.dataset.right ?? "none";
    this.stage = article.dataset.stage ?? "open";
    this.reading = new Reading(this.key, /** @type {HTMLElement} */ (article.querySelector(".section-text")), (length) => void this.lengthIs(length));
    this.composition = new Composition(() => this.sync);
    this.mode = new Mode(this);
    this.reviewing = new Reviewing(this);
    /** @type {EditorView | null} */
    this.view = null;
    /** @type {((message: object) => void) | null} */
    this.send = null;
    this.isFinishing = false;
    /** The server's question whether all is sent. */
    this.asked = "";
    this.frame = sectionFrame(article, this.reading.element, page.words, this.title);
    this.right = new Right(this);
    this.opening = new Opening(this);
    this.frame.finish.addEventListener("click", () => this.finish());
    this.presence = new Presence(this.key, page.names, () => {
      showHere(this.frame.here, this.presence.here().filter(({ isWriting }) => isWriting), page.names, page.words);
      page.showHere();
    });
    this.saving = new Saving(this.key, page, this.frame.notice);
    this.right.show();
  }

  get sync() {
    return this.view ? this.saving.syncs.find(({ holder }) => holder === this.view) ?? null : null;
  }

  // --- The connection ---

  /** @param {((message: object) => void) | null} send null: it is gone */
  connect(send) {
    this.send = send;
    this.presence.connect(send, this.page.session);
    if (!send) this.saving.syncs.forEach((sync) => sync.disconnect());
    else this.open(send);
    this.showSaving();
  }

  /** Asks for all that some part of this page has not seen. @param {(message: object) => void} send */
  open(send) {
    this.saving.syncs.forEach((sync) => sync.connect(send));
    if (this.opening.isUnderWay) {
      this.opening.ask();
      return;
    }
    const from = this.saving.syncs.length ? this.saving.syncs.map(({ wanted }) => wanted) : [this.revision];
    send({ type: "open", section: this.key, revision: from.includes(null) ? null : Math.min(...from.map(Number)) });
  }

  /** @param {any} message */
  take(message) {
    this.page.names.learn(message);
    if (message.type === "presence") return this.presence.take(message);
    if (message.type === "closed") return this.closed(message.why);
    if (message.type === "flush") {
      this.asked = message.ask;
      return this.changed();
    }
    if ("may" in message) this.right.is(message.may, message.stage);
    if (message.type === "state" && this.opening.isUnderWay) return this.opening.begin(trackedFromJson(message), message);
    for (const sync of [...this.saving.syncs]) sync.take(message);
    const revision = message.type === "rows" ? message.head : message.type === "state" || message.type === "opened" ? message.revision : 0;
    if (revision > this.revision) {
      this.revision = revision;
      if (!this.view) this.reading.refreshSoon();
    }
    return undefined;
  }

  /** @param {string} why */
  closed(why) {
    this.opening.isUnderWay = false;
    for (const sync of [...this.saving.syncs]) sync.take({ type: "closed", why });
    this.right.is("none", this.stage);
    if (this.view) setReadOnly(this.view, true);
    this.right.tell(this.page.words.nowClosed, "warn");
  }

  // --- Writing ---

  /** @param {Tracked} tracked @param {string} client @param {{n?: number, inFlight?: any, decisions?: any}} numbers @returns {Sync} */
  mount(tracked, client, numbers) {
    const { page } = this;
    const view = mountEditor({
      parent: this.frame.place,
      doc: tracked.doc.toString(),
      language: page.language,
      textLanguage: this.reading.element.lang || page.language,
      label: this.title,
      toolbar: page.toolbarShown(),
      limit: this.limit,
      onCount: (count) => void this.lengthIs(count),
      history,
      readOnly: !this.mode.mayType || this.mode.isSuggesting, // Until what one types becomes suggestions.
      nonce: page.nonce,
      extensions: [
        liveState(tracked, client, page.me, this.mode.marksFor(tracked)), historyField, cursorsField,
        EditorView.updateListener.of((update) => this.updated(update)),
        keymap.of([{ key: "Mod-Shift-e", run: () => page.modes.toggle(), preventDefault: true }]),
        EditorView.domEventHandlers({
          compositionstart: () => this.composition.started(),
          compositionend: () => this.composition.ended(),
          blur: () => this.presence.moved(),
          focus: () => this.presence.moved(),
        }),
      ],
    });
    this.view = view;
    this.presence.view = view;
    this.reading.element.hidden = true;
    this.frame.finish.hidden = false;
    this.right.show();
    const sync = new Sync({ key: this.key, holder: view, listener: this.listener(), ...numbers });
    this.mode.apply();
    this.reviewing.look(view.state);
    page.authorship?.show();
    this.showSaving();
    this.presence.drawn();
    return sync;
  }

  /** @returns {import("../editor/count.js").Limit | null} */
  get limit() {
    const { limit, limitUnit } = this.article.dataset;
    return limit ? { max: Number(limit), unit: limitUnit === "characters" ? "characters" : "words" } : null;
  }

  /** The whole contribution's length follows. @param {number | import("../editor/count.js").Count} length */
  async lengthIs(length) {
    const { lengthIs, unit } = await import("./total.js");
    lengthIs(this.article, typeof length === "number" ? length : length[unit], this.page.words);
  }

  /** @param {import("@codemirror/view").ViewUpdate} update */
  updated(update) {
    if (update.docChanged || update.selectionSet) this.presence.moved();
    if (update.selectionSet || update.docChanged) this.page.authorship?.caretMoved(update.state);
    if (update.focusChanged && update.view.hasFocus) this.page.modes.show(this.mode);
    const isMarked = update.startState.field(sidesField) !== update.state.field(sidesField);
    if (isMarked) {
      this.mode.draw();
      this.reviewing.look(update.state);
    }
    if (!update.docChanged && !isMarked) return;
    this.sync?.pump();
    this.changed();
  }

  /** Goes back to reading, once everything is saved. */
  finish() {
    this.isFinishing = true;
    this.changed();
  }

  close() {
    const { sync, view } = this;
    if (!sync || !view) return;
    this.isFinishing = false;
    this.revision = Math.max(this.revision, sync.confirmed.revision);
    this.saving.forget(sync);
    this.reviewing.close();
    this.page.toolbar?.detach(view);
    const hadFocus = view.hasFocus || document.activeElement === this.frame.finish;
    this.view = null;
    this.presence.view = null;
    this.presence.tell();
    view.destroy();
    this.frame.place.replaceChildren();
    this.reading.element.hidden = false;
    this.frame.finish.hidden = true;
    this.frame.saving.hidden = true;
    this.right.show();
    if (hadFocus) this.frame.write.focus();
    this.page.editorClosed();
    void this.reading.refresh().then(() => hadFocus && this.frame.write.hidden && this.opening.reviewLink?.focus());
  }

  // --- Saving ---

  /** @returns {import("./sync.js").Listener} */
  listener() {
    return {
      changed: () => this.changed(),
      rows: (rows) => {
        this.presence.rows(rows);
        this.reviewing.review?.rows(rows);
      },
      undecided: () => this.right.tell(this.page.words.undecided, "warn"),
      mayChanged: () => this.reviewing.review?.refreshSoon(),
      kept: (items, why) => this.saving.refuse(items, why),
      differs: (detail) => this.page.differs(this, detail),
    };
  }

  changed() {
    this.saving.changed();
    for (const sync of this.saving.syncs) {
      if (sync.holder !== this.view && sync.isOpen && sync.saving === "saved") this.recovered(sync);
    }
    this.showSaving();
    if (this.asked && !this.saving.isUnsaved) {
      // The server waits for this before it freezes a version.
      this.send?.({ type: "flushed", section: this.key, ask: this.asked });
      this.asked = "";
    }
    if (this.isFinishing && this.sync?.saving === "saved") this.close();
  }

  /** What an earlier page could not send is sent. @param {Sync} sync */
  recovered(sync) {
    this.saving.forget(sync);
    this.page.announce(this.page.words.recovered);
    if (!this.view) this.reading.refreshSoon();
  }

  showSaving() {
    const saving = this.saving.isOffline ? "offline" : this.saving.isUnsaved ? "saving" : "saved";
    const shown = this.frame.saving;
    window.clearTimeout(this.savingTimer);
    const show = () => {
      shown.hidden = !this.view && saving === "saved";
      shown.dataset.saving = saving;
      shown.textContent = this.page.words[saving];
    };
    if (saving === "saving") this.savingTimer = window.setTimeout(show, SHOWN_MS);
    else show();
    this.page.savingChanged();
  }
}
