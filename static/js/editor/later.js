// What is fetched only when it is first needed, or when the browser has nothing else to do: the first key comes before.
import { tell } from "./messages.js";

/** @import { EditorView } from "@codemirror/view" */

/**
 * A command from a module that may still have to be fetched. The caret stays where it is meanwhile.
 * @template M @param {() => Promise<M>} load @param {(module: M) => (view: EditorView) => boolean} pick
 * @returns {(view: EditorView) => boolean}
 */
const later = (load, pick) => (view) => {
  load().then((module) => pick(module)(view), (/** @type {Error} */ error) => tell(view, error.message, "warning"));
  return true;
};

const links = () => import("./links.js");
const search = () => import("./search.js");
export const paste = () => import("./insertion.js");

export const editLink = later(links, (module) => module.editLink);
export const openFind = later(search, (module) => module.openFind);

/** Fetches it all once the page is calm, so that nobody waits for it or misses it without a connection. */
export function fetchAhead() {
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ act) => setTimeout(act, 1500));
  idle(() => void Promise.allSettled([links(), search(), paste(), import("./paste.js")]), { timeout: 5000 });
}
