// The length of the whole contribution, in the page's header: it follows while people write.

/** @import { Words } from "./frame.js" */

const shown = /** @type {HTMLElement | null} */ (document.querySelector(".contribution-length"));
export const unit = shown?.dataset.unit === "characters" ? "characters" : "words";

/** A section is so long now. @param {HTMLElement} article @param {number} length @param {Words} words */
export function lengthIs(article, length, words) {
  article.dataset.length = String(length);
  if (!shown) return;
  const all = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-section]"));
  const total = [...all].reduce((sum, { dataset }) => sum + Number(dataset.length ?? 0), 0);
  const most = Number(shown.dataset.limit ?? 0);
  shown.textContent = words.total(total, unit, most);
  shown.classList.toggle("soon", Boolean(most) && total > most);
}
