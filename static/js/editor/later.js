// What is fetched only when it is first needed, or when the browser has nothing else to do: the first key comes before.
import { ViewPlugin } from "../../vendor/codemirror.js";
import { tell } from "./messages.js";
import { struckRanges } from "./syntax.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { EditorView, ViewUpdate } from "@codemirror/view" */
/** @import { Counter, Limit, Show } from "./count.js" */

/** Longest time in milliseconds that keys wait for a module. */
const PATIENCE_MS = 4000;

/** A key or text of a dead key or an input method, which the browser puts in itself. @param {Event} event */
const isComposed = (event) => event instanceof KeyboardEvent
  ? event.isComposing || event.key === "Dead" || event.key === "Process"
  : event instanceof InputEvent && !event.cancelable;

/** What is typed while a module is on its way waits for it. @param {EditorView} view @returns {() => void} types it */
function holdKeys(view) {
  let typed = "";
  const hold = (/** @type {Event} */ event) => {
    if (isComposed(event)) return release(); // Nobody can hold it back: what was typed before it comes before it.
    event.stopImmediatePropagation();
    if (event instanceof InputEvent) typed += event.data ?? "";
    else if (event instanceof KeyboardEvent && event.key.length < 2 && event.ctrlKey === event.altKey && !event.metaKey) return;
    event.preventDefault();
  };
  const release = () => {
    for (const name of ["keydown", "beforeinput"]) view.contentDOM.removeEventListener(name, hold, true);
    if (typed && view.hasFocus) view.dispatch(view.state.replaceSelection(typed), { userEvent: "input.type" });
    else if (typed) document.execCommand("insertText", false, typed); // In the dialog that has come.
    typed = "";
  };
  for (const name of ["keydown", "beforeinput"]) view.contentDOM.addEventListener(name, hold, true);
  setTimeout(release, PATIENCE_MS);
  return release;
}

/**
 * A command from a module that may still have to be fetched. The caret stays where it is meanwhile.
 * @template M @param {{module: M | null, load: () => Promise<M>}} source @param {(module: M) => (view: EditorView) => boolean} pick
 * @returns {(view: EditorView) => boolean}
 */
export const later = (source, pick) => (view) => {
  if (source.module) return pick(source.module)(view);
  const release = holdKeys(view);
  source.load().then((module) => pick(module)(view), (/** @type {Error} */ error) => tell(view, error.message, "warning")).finally(release);
  return true;
};

/** @template M @param {() => Promise<M>} fetch */
function source(fetch) {
  /** @type {{module: M | null, load: () => Promise<M>}} */
  const own = {
    module: null,
    load: async () => (own.module = await fetch()),
  };
  return own;
}

export const links = source(() => import("./links.js"));
export const search = source(() => import("./search.js"));
/** Copying cannot wait for its module: without it only the plain text is copied. */
export const copying = source(() => import("./copy.js"));
export const inserting = source(() => import("./insertion.js"));
export const pasting = source(() => import("./paste.js"));
export const shaping = source(() => import("./table_shape.js"));
export const itemising = source(() => import("./list_shape.js"));
export const noting = source(() => import("./note_making.js"));

export const editLink = later(links, (module) => module.editLink);
export const openFind = later(search, (module) => module.openFind);

/** The page has nothing else to do. @returns {Promise<void>} */
const calm = () => new Promise((resolve) => {
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ act) => setTimeout(act, 1500));
  idle(() => resolve(), { timeout: 5000 });
});

/** Fetches it all once the page is calm, so that nobody waits for it or misses it without a connection. */
export const fetchAhead = () => void calm().then(() => Promise.allSettled([links, search, copying, inserting, pasting, shaping, itemising, noting].map((one) => one.load())));

/**
 * Counts when typing pauses, from when the page is calm for the first time.
 * @param {Limit | null} limit @param {string} language @param {Show} show
 */
export const counter = (limit, language, show) => ViewPlugin.fromClass(class {
  /** @param {EditorView} view */
  constructor(view) {
    /** @type {Counter | null} */
    this.counting = null;
    this.isOver = false;
    void calm().then(() => import("./count.js")).then((module) => module.startCounting(view, limit, language, show)).then((counting) => {
      if (this.isOver) counting.end();
      else this.counting = counting;
    }, () => {}); // Without a connection nothing is counted; the next section opened tries again.
  }

  /** @param {ViewUpdate} update */
  update(update) {
    const known = (/** @type {EditorState} */ state) => state.facet(struckRanges)?.known(state);
    if (update.docChanged || known(update.state) !== known(update.startState)) this.counting?.changed();
  }

  destroy() {
    this.isOver = true;
    this.counting?.end();
  }
});
