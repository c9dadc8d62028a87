// One section on the page of a contribution: read as the server shows it, and written in place.
import { EditorView, keymap } from "../../vendor/codemirror.js";
import { mountEditor, setReadOnly } from "../editor/index.js";
import { randomId } from "./batch.js";
import { Composition } from "./composition.js";
import { cursorsField } from "./cursors.js";
import { sectionFrame, showHere, textNear } from "./frame.js";
import { Mode } from "./mode.js";
import { Presence } from "./presence.js";
import { liveState, sidesField } from "./queue.js";
import { Reading } from "./reading.js";
import { putBack } from "./record.js";
import { Reviewing } from "./reviewing.js";
import { Saving } from "./saving.js";
import { Sheet } from "./sheet.js";
import { Sync } from "./sync.js";
import { trackedFromJson } from "./tracking.js";
import { historyField, redo, redoDepth, undo, undoDepth } from "./undo.js";
import { hold } from "./unsaved.js";

/** @import { Page } from "./page.js" */
/** @import { SyncRecord } from "./record.js" */
/** @import { Tracked } from "./tracking.js" */

/** How long "saving" may last before it is shown. */
const SHOWN_MS = 300;

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
    this.isOpening = false;
    this.isFinishing = false;
    /** The server's question whether all is sent. */
    this.asked = "";
    /** @type {{text: string, offset: number} | null} */
    this.near = null;
    this.frame = sectionFrame(article, this.reading.element, page.words, this.title);
    this.frame.write.addEventListener("click", () => this.write());
    this.frame.finish.addEventListener("click", () => this.finish());
    this.reading.element.addEventListener("click", (event) => this.clicked(event));
    this.presence = new Presence(this.key, page.names, () => {
      showHere(this.frame.here, this.presence.here().filter(({ isWriting }) => isWriting), page.names, page.words);
      page.showHere();
    });
    this.saving = new Saving(this.key, page, this.frame.notice);
    this.showRight();
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
    if (this.isOpening) {
      this.ask();
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
    if ("may" in message) this.rightIs(message.may, message.stage);
    if (message.type === "state" && this.isOpening) return this.begin(trackedFromJson(message), message);
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
    this.isOpening = false;
    for (const sync of [...this.saving.syncs]) sync.take({ type: "closed", why });
    this.rightIs("none", this.stage);
    if (this.view) setReadOnly(this.view, true);
    this.tell(this.page.words.nowClosed, "warn");
  }

  // --- Rights ---

  /** @param {string} may @param {string} stage */
  rightIs(may, stage) {
    const before = this.may;
    if (before === may && this.stage === stage) return;
    this.may = may;
    this.stage = stage;
    const { words } = this.page;
    if (this.view) {
      this.mode.apply();
      this.page.toolbar?.refresh();
      if (may === "write") this.tell(before === "write" ? "" : words.nowWrite, "info");
      else if (before === "write" && may === "suggest") this.tell(words.nowSuggest, "warn");
      else if (before === "write" || before === "suggest") this.tell(stage === "agreed" ? words.nowAgreed : words.nowReadOnly, "warn");
    }
    this.showRight();
  }

  showRight() {
    const { words } = this.page;
    this.frame.write.hidden = !this.mode.mayType || Boolean(this.view);
    if (!this.isOpening) this.nameButton();
    this.article.classList.toggle("live-writable", this.may === "write");
    if (this.view) return;
    if (this.may === "write") this.tell("", "info");
    else if (this.may !== "none") {
      this.tell(this.stage === "agreed" ? words.whyAgreed : this.may === "suggest" ? words.whySuggest : words.whyRead, "quiet");
    }
  }

  /** What one opens the section for. */
  nameButton() {
    const { words } = this.page;
    this.frame.write.textContent = this.mode.isForced ? words.suggest : words.write;
    this.frame.write.setAttribute("aria-label", (this.mode.isForced ? words.suggestIn : words.writeIn)(this.title));
  }

  /** @param {string} text @param {"info" | "warn" | "quiet"} kind */
  tell(text, kind) {
    this.frame.notice.hidden = !text;
    this.frame.notice.textContent = text;
    this.frame.notice.className = kind === "quiet" ? "live-notice quiet" : `live-notice notice notice-${kind === "warn" ? "warn" : "good"}`;
    if (text && kind !== "quiet") this.page.announce(text);
  }

  // --- Writing ---

  /** What opens the section's suggestions on the page. @returns {HTMLElement | null} */
  get reviewLink() {
    return this.reading.element.querySelector("[data-review]");
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (event.target instanceof Element && event.target === this.reviewLink) {
      event.preventDefault();
      this.write(true);
      return;
    }
    const onLink = event.target instanceof Element && event.target.closest("a, button, summary");
    if (onLink || this.may !== "write" || window.getSelection()?.toString()) return;
    this.near = textNear(event, this.reading.element);
    this.write();
  }

  /** Opens the section for writing, or, for whoever may only read it, for reviewing. */
  write(isReview = false) {
    if (this.view || this.isOpening || (!this.mode.mayType && !isReview) || this.may === "none") return;
    this.isOpening = true;
    this.isReady = false;
    this.frame.write.textContent = this.page.words.opening;
    void this.mode.ready().then(() => {
      this.isReady = true;
      this.ask();
    });
    if (!this.send) this.page.announce(this.page.words.offlineEmpty);
  }

  /** Asks for the whole section, once on each connection. */
  ask() {
    if (this.isOpening && this.isReady) this.send?.({ type: "open", section: this.key, revision: null });
  }

  /** The section's state is there: shows the editor. @param {Tracked} tracked @param {any} message */
  begin(tracked, message) {
    this.isOpening = false;
    this.nameButton();
    const client = randomId();
    hold(client);
    const sync = this.mount(tracked, client, {});
    this.saving.syncs.forEach((one) => one.take(message));
    this.saving.add(sync, false);
    if (this.send) sync.connect(this.send);
    sync.take({ ...message, type: "opened" });
    this.revision = message.revision;
    this.placeCaret();
    this.view?.focus();
  }

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
    this.showRight();
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

  /** Puts the caret where the reader clicked, as nearly as can be told. */
  placeCaret() {
    if (!this.view || !this.near) return;
    const at = this.view.state.doc.toString().indexOf(this.near.text);
    if (at >= 0) this.view.dispatch({ selection: { anchor: at + this.near.offset }, scrollIntoView: true });
    this.near = null;
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
    this.showRight();
    if (hadFocus) this.frame.write.focus();
    this.page.editorClosed();
    void this.reading.refresh().then(() => hadFocus && this.frame.write.hidden && this.reviewLink?.focus());
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
      undecided: () => this.tell(this.page.words.undecided, "warn"),
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

  /**
   * Takes up what an earlier page could not send: in the text itself, or, if the section is open already, behind it.
   * @param {SyncRecord} record
   */
  takeUp(record) {
    const tracked = trackedFromJson(record.confirmed);
    const numbers = { n: record.n, inFlight: record.inFlight, decisions: record.decisions ?? [] };
    const behind = () => new Sync({
      key: this.key, holder: new Sheet(tracked, record.client, this.page.me), listener: this.listener(), ...numbers,
    });
    const isFree = !this.view && !this.isOpening;
    const sync = isFree ? this.mount(tracked, record.client, numbers) : behind();
    this.saving.add(sync, true);
    putBack(sync.holder, record.items);
    if (this.send) this.open(this.send);
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
