// What is fetched only when it is first needed, or when the browser has nothing else to do: the first key comes before.
import { tell } from "./messages.js";

/** @import { EditorView } from "@codemirror/view" */

/** Longest time in milliseconds that keys wait for a module. */
const PATIENCE_MS = 4000;

/** What is typed while a dialog is still on its way is not meant for the text. @param {EditorView} view @returns {() => void} ends it */
function holdKeys(view) {
  const hold = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const end = () => {
    for (const name of ["keydown", "beforeinput"]) view.contentDOM.removeEventListener(name, hold, true);
  };
  for (const name of ["keydown", "beforeinput"]) view.contentDOM.addEventListener(name, hold, true);
  setTimeout(end, PATIENCE_MS);
  return end;
}

/**
 * A command from a module that may still have to be fetched. The caret stays where it is meanwhile.
 * @template M @param {{module: M | null, load: () => Promise<M>}} source @param {(module: M) => (view: EditorView) => boolean} pick
 * @returns {(view: EditorView) => boolean}
 */
const later = (source, pick) => (view) => {
  if (source.module) return pick(source.module)(view);
  const end = holdKeys(view);
  source.load().then((module) => {
    end();
    pick(module)(view);
  }, (/** @type {Error} */ error) => {
    end();
    tell(view, error.message, "warning");
  });
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

export const editLink = later(links, (module) => module.editLink);
export const openFind = later(search, (module) => module.openFind);

/** Fetches it all once the page is calm, so that nobody waits for it or misses it without a connection. */
export function fetchAhead() {
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ act) => setTimeout(act, 1500));
  idle(() => void Promise.allSettled([links, search, copying, inserting, pasting].map((one) => one.load())), { timeout: 5000 });
}
