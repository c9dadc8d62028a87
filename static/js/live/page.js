// The page of a contribution, live: one connection for all its sections, one toolbar, what is said to the reader.
import { loadWords, mountToolbar } from "../editor/index.js";
import { Connection } from "./connection.js";
import { button, pageFrame, showHere } from "./frame.js";
import { Modes } from "./mode.js";
import { Names } from "./names.js";
import { SHOWN_MS, Section } from "./section.js";
import { UnsavedStore, livingClients } from "./unsaved.js";

/** @import { ConnectionState } from "./connection.js" */
/** @import { Unsaved } from "./unsaved.js" */

/** After so long without a connection it is said aloud that there is none. */
const CALM_MS = 1_500;
const THREADS_MS = 500;

export class Page {
  /** @param {HTMLElement} root @param {string} language @param {import("./frame.js").Words} words */
  constructor(root, language, words) {
    this.root = root;
    this.language = language;
    this.words = words;
    this.me = { person: Number(root.dataset.person), organisation: Number(root.dataset.organisation) };
    this.nonce = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[nonce]"))?.nonce ?? "";
    this.names = new Names();
    /** @type {UnsavedStore | null} */
    this.store = null;
    /** @type {import("../editor/toolbar.js").Toolbar | undefined} */
    this.toolbar = undefined;
    this.modes = new Modes(this);
    this.showsAuthorship = false;
    /** @type {import("./authorship.js").Authorship | null} */
    this.authorship = null;
    /** @type {import("./threads.js").Threads | null} */
    this.threads = null;
    /** This page's own name in presence. */
    this.session = "";
    this.frame = pageFrame(root, this.words);
    const articles = [...root.querySelectorAll("[data-section]")];
    this.sections = new Map(articles.map((article) => {
      const section = new Section(/** @type {HTMLElement} */ (article), this);
      return [section.key, section];
    }));
  }

  async start() {
    // First who lives, then what there is: a page that is just being left has either written already or is waited for.
    const living = await livingClients();
    this.store = await UnsavedStore.open();
    const waiting = this.store ? await this.store.of(this.me.person).catch(() => []) : [];
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.connection = new Connection(`${scheme}://${location.host}/live`, {
      opened: (hello) => this.opened(hello),
      message: (message) => this.take(message),
      changed: (state) => this.connectionIs(state),
    });
    for (const unsaved of waiting) {
      void this.takeUp(unsaved);
      if (unsaved.kind === "waiting") living.delete(unsaved.record.client);
    }
    if (living.size) void recovery().then(({ waitFor }) => living.forEach((client) => waitFor(this, client)));
    this.connection.start();
    this.startThreads();
    for (const type of ["pagehide", "pageshow"]) {
      window.addEventListener(type, () => this.sections.forEach(({ saving }) => saving.leave(type === "pagehide")));
    }
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.keepNow());
    window.addEventListener("beforeunload", (event) => this.isAtRisk && event.preventDefault());
    document.addEventListener("submit", (event) => this.leaving(event));
  }

  /** Comments come once the page is calm: neither reading nor the first key waits for them. */
  startThreads() {
    const start = async () => {
      if ([...this.sections.values()].some(({ opening }) => opening.isUnderWay)) {
        window.setTimeout(() => void start(), THREADS_MS);
        return;
      }
      try {
        const { mountThreads } = await import("./threads.js");
        this.threads = await mountThreads(this);
      } catch {
        window.setTimeout(() => void start(), CALM_MS); // No connection.
      }
    };
    window.setTimeout(() => void start(), THREADS_MS);
  }

  // --- The connection ---

  /** @param {any} message */
  take(message) {
    if (message.type === "comments") this.threads?.changed(message.section);
    else this.sections.get(message.section)?.take(message);
    if (message.type === "closed") this.threads?.changed(message.section);
  }

  /** @param {any} hello */
  opened(hello) {
    this.names.learn(hello);
    if (this.session) this.threads?.refresh(); // What was said of comments meanwhile was not heard.
    this.session = hello.session;
    const { connection } = this;
    if (hello.you.person !== this.me.person || (hello.you.organisation ?? 0) !== this.me.organisation) {
      // Somebody else signed in, or acts for another organisation: what is unsent waits for who wrote it.
      connection?.goodbye("signed_out");
      return;
    }
    for (const section of this.sections.values()) section.connect((message) => connection?.send(message));
  }

  /** @param {ConnectionState} state */
  connectionIs(state) {
    if (state !== "open") for (const section of this.sections.values()) section.connect(null);
    window.clearTimeout(this.calm);
    const show = () => this.showConnection(state);
    if (state === "waiting" || state === "connecting") this.calm = window.setTimeout(show, CALM_MS);
    else show();
  }

  /** @param {ConnectionState} state */
  showConnection(state) {
    const { words: w } = this;
    const wasAway = !this.frame.status.hidden;
    this.frame.status.hidden = state === "open";
    this.frame.status.className = `live-status notice ${state === "waiting" || state === "connecting" ? "notice-warn" : "notice-bad"}`;
    const text = {
      open: "", connecting: w.connecting, waiting: `${w.offlineEmpty}. ${w.offlineHelp}`, blocked: w.blocked,
      signed_out: w.signedOut, replaced: w.replaced, protocol: w.newVersion,
    }[state];
    this.frame.status.textContent = text;
    if (state === "signed_out" || state === "replaced" || state === "protocol") {
      const again = button(w.reload, "button button-small");
      again.addEventListener("click", () => location.reload());
      this.frame.status.append(" ", again);
    }
    if (text) this.announce(text);
    else if (wasAway) this.announce(w.reconnected);
  }

  /** Shows who else has this page open, wherever they are on it. */
  showHere() {
    /** @type {Map<string, import("./presence.js").Presents>} */
    const here = new Map();
    for (const { presence } of this.sections?.values() ?? []) {
      for (const one of presence.here()) {
        const id = `${one.person} ${one.organisation}`;
        here.set(id, { ...one, isWriting: one.isWriting || Boolean(here.get(id)?.isWriting) });
      }
    }
    showHere(this.frame.here, [...here.values()], this.names, this.words);
  }

  // --- What is not saved ---

  /** @param {Unsaved} unsaved */
  async takeUp(unsaved) {
    const section = this.sections.get(unsaved.kind === "kept" ? unsaved.section : unsaved.record.section);
    if (!section) return;
    if (unsaved.kind === "kept") void section.saving.show(unsaved);
    else if (unsaved.organisation !== this.me.organisation) section.right.tell(this.words.elsewhere, "info");
    else await (await recovery()).takeUpLeft(this, section, unsaved);
  }

  keepNow() {
    for (const section of this.sections.values()) section.saving.keepNow();
  }

  /** Whether leaving now could cost somebody their text. */
  get isAtRisk() {
    const all = [...this.sections.values()];
    return all.some(({ saving }) => saving.isOffline || (saving.isUnsaved && (!this.store || this.cannot)));
  }

  cannotKeep() {
    if (this.cannot) return;
    this.cannot = true;
    this.announce(this.words.notKept);
    this.frame.status.hidden = false;
    this.frame.status.className = "live-status notice notice-bad";
    this.frame.status.textContent = this.words.notKept;
  }

  /** Nobody signs out without knowing that something is unsaved. @param {SubmitEvent} event */
  leaving(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!/sign-out/.test(form.action) || ![...this.sections.values()].some(({ saving }) => saving.isUnsaved)) return;
    this.keepNow();
    if (!window.confirm(this.words.signOutUnsaved)) event.preventDefault();
  }

  /** A section's copy was not the server's: told to the person and to whoever looks at the console. @param {Section} section @param {string} detail */
  differs(section, detail) {
    console.error(`Section ${section.key}: ${detail}`);
    section.right.tell(this.words.differs, "info");
  }

  savingChanged() {
    const all = [...this.sections.values()];
    const saving = all.some(({ saving }) => saving.isOffline) ? "offline" : all.some(({ saving }) => saving.isUnsaved) ? "saving" : "saved";
    window.clearTimeout(this.toolsTimer);
    const show = () => { this.frame.tools.dataset.saving = this.words[saving]; };
    if (saving === "saving") this.toolsTimer = window.setTimeout(show, SHOWN_MS);
    else show();
    window.clearTimeout(this.savingTimer);
    this.savingTimer = window.setTimeout(() => {
      if (saving === "offline" && this.lastSaving !== "offline") this.announce(this.words.offline);
      if (saving === "saved" && this.lastSaving === "offline") this.announce(this.words.saved);
      if (saving !== "saving") this.lastSaving = saving;
    }, CALM_MS);
  }

  /** Says something to screen readers. @param {string} text */
  announce(text) {
    this.frame.region.textContent = text;
  }

  // --- The toolbar, and who wrote what ---

  /** The toolbar, shown as long as a section is open for writing. */
  toolbarShown() {
    this.frame.tools.hidden = false;
    if (this.toolbar) return this.toolbar;
    this.toolbar = mountToolbar({ parent: this.frame.tools, language: this.language });
    const toggle = button(this.words.authorship, "button button-small live-authorship");
    toggle.setAttribute("aria-pressed", "false");
    toggle.addEventListener("click", async () => {
      this.showsAuthorship = !this.showsAuthorship;
      toggle.setAttribute("aria-pressed", String(this.showsAuthorship));
      if (!this.authorship) {
        const { Authorship } = await import("./authorship.js");
        this.authorship = new Authorship(this);
      }
      this.authorship.show();
    });
    this.frame.tools.append(this.modes.build(), toggle);
    return this.toolbar;
  }

  editorClosed() {
    this.frame.tools.hidden = ![...this.sections.values()].some(({ view }) => view);
    this.authorship?.show();
  }
}

/** What takes up unsaved text; without a connection asked for again, or the text would wait for the next load of the page. */
async function recovery() {
  for (;;) {
    try {
      return await import("./recovery.js");
    } catch {
      await new Promise((done) => window.setTimeout(done, CALM_MS));
    }
  }
}

/** Fetches the words of the page's language, and begins. @param {HTMLElement} root */
async function mount(root) {
  const language = document.documentElement.lang.startsWith("en") ? "en" : "fr";
  const own = language === "en" ? import("../words/en/live.js") : import("../words/fr/live.js");
  const [{ words }] = await Promise.all([own, loadWords(language)]);
  const page = new Page(root, language, words);
  void page.start();
  return page;
}

const root = document.getElementById("document");
/** The page that is open, if it is a contribution's. */
export const livePage = root?.querySelector("[data-section]") ? await mount(root) : null;
