// The editor's words in the language of the page: only that language is fetched.
import { Facet } from "../../vendor/codemirror.js";

/** @typedef {typeof import("../words/fr/editor.js").words} Words */

/** @type {Map<string, Words>} */
const known = new Map();

/** Fetches the words of a language, which must be there before an editor or a toolbar is. @param {string} language */
export async function loadWords(language) {
  const { words } = await (language.startsWith("en") ? import("../words/en/editor.js") : import("../words/fr/editor.js"));
  known.set(language, words);
}

/** @param {string} language @returns {Words} */
export function wordsFor(language) {
  const words = known.get(language);
  if (!words) throw new Error(`the words of "${language}" are not loaded`);
  return words;
}

/** The words of the page’s language, which every editor is given. @type {Facet<Words, Words>} */
export const wordsFacet = Facet.define({ combine: (values) => values[0] });
