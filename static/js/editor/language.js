// The editor's words in the language of the page.
import { Facet } from "../../vendor/codemirror.js";
import { words } from "../words/editor.js";

/** @typedef {typeof words.fr} Words */

/** @param {string} language @returns {Words} */
export const wordsFor = (language) => (language.startsWith("en") ? words.en : words.fr);

/** The words of the page's language. @type {Facet<Words, Words>} */
export const wordsFacet = Facet.define({ combine: (values) => values[0] ?? words.fr });
