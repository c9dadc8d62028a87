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
 * @template M @param {() => Promise<M>} load @param {(module: M) => (view: EditorView) => boolean} pick
 * @returns {(view: EditorView) => boolean}
 */
const later = (load, pick) => (view) => {
  const end = holdKeys(view);
  load().then((module) => {
    end();
    pick(module)(view);
  }, (/** @type {Error} */ error) => {
    end();
    tell(view, error.message, "warning");
  });
  return true;
};

const links = () => import("./links.js");
const search = () => import("./search.js");
export const paste = () => import("./insertion.js");
/** @type {typeof import("./copy.js") | null} copying cannot wait for a module */
export let copying = null;

export const editLink = later(links, (module) => module.editLink);
export const openFind = later(search, (module) => module.openFind);

/** Fetches it all once the page is calm, so that nobody waits for it or misses it without a connection. */
export function fetchAhead() {
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ act) => setTimeout(act, 1500));
  idle(() => void Promise.allSettled([links(), search(), paste(), import("./paste.js"), import("./copy.js").then((module) => {
    copying = module;
  })]), { timeout: 5000 });
}
