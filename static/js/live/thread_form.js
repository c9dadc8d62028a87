// Forms of comments: sent without leaving the page; what is typed survives a reload and a refusal.

/** @import { Words } from "./threads.js" */

const KEPT = "comment";

/** A draft's name in this browser: each person's own. @param {number} person @param {string} name */
function keyOf(person, name) {
  return `${KEPT}:${person}:${name}`;
}

/** @param {number} person @param {string} name @returns {any} */
export function draftOf(person, name) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(person, name)) ?? "null");
  } catch {
    return null;
  }
}

/** @param {number} person @param {string} name @param {object | null} draft null: forget it */
export function keepDraft(person, name, draft) {
  try {
    if (draft) localStorage.setItem(keyOf(person, name), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(person, name));
  } catch {
    // This browser keeps nothing: the text is on the page as long as the page is.
  }
}

/** Puts what was typed before back into the forms of a card. @param {Element} within @param {number} person */
export function restoreDrafts(within, person) {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (within.querySelectorAll("form[data-draft]"))) {
    const draft = draftOf(person, form.dataset.draft ?? "");
    const area = form.querySelector("textarea");
    if (!draft?.text || !area || area.value) continue;
    area.value = draft.text;
    const details = form.closest("details");
    if (details) details.open = true;
  }
}

/**
 * Sends a form as JSON. Returns nothing when all is well, else what to say.
 * @param {HTMLFormElement} form @param {object} more @param {Words} words @returns {Promise<{error?: string, key?: string}>}
 */
export async function send(form, more, words) {
  const { csrf_token: token, ...fields } = Object.fromEntries(new FormData(form));
  const buttons = [...form.querySelectorAll("button")];
  const areas = [...form.querySelectorAll("textarea")];
  for (const button of buttons) button.disabled = true;
  for (const area of areas) area.readOnly = true; // What is typed now would be neither sent nor kept.
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": String(token) },
      body: JSON.stringify({ ...fields, ...more }),
    });
    const value = await answer.json().catch(() => ({}));
    if (answer.ok && value.key) return { key: value.key };
    return { error: value.message || words.failed };
  } catch {
    return { error: words.failed };
  } finally {
    for (const button of buttons) button.disabled = false;
    for (const area of areas) area.readOnly = false;
  }
}

/** Says in the form what is wrong. @param {HTMLFormElement} form @param {string} text */
export function showError(form, text) {
  let shown = form.querySelector(".thread-error");
  if (!shown) {
    shown = document.createElement("p");
    shown.className = "thread-error error notice notice-bad";
    shown.setAttribute("role", "alert");
    form.append(shown);
  }
  shown.textContent = text;
}

/** Takes over from a card to its successor what the reader has opened and typed, and where they are. @param {Element} old @param {Element} fresh */
export function carryOver(old, fresh) {
  const [before, after] = [old.querySelectorAll("details"), fresh.querySelectorAll("details")];
  const nameOf = (/** @type {HTMLDetailsElement} */ one) => one.querySelector("form")?.getAttribute("action") ?? "";
  for (const one of before) {
    const other = [...after].find((each) => nameOf(each) === nameOf(one));
    if (other && one.open) other.open = true;
  }
  for (const area of old.querySelectorAll("textarea")) {
    const other = /** @type {HTMLTextAreaElement | null} */ (fresh.querySelector(`#${CSS.escape(area.id)}`));
    if (other && area.value !== area.defaultValue) other.value = area.value;
  }
  const focused = document.activeElement;
  if (!focused || !old.contains(focused)) return () => {};
  const range = focused instanceof HTMLTextAreaElement ? [focused.selectionStart, focused.selectionEnd] : null;
  return () => {
    const other = focused.id ? fresh.querySelector(`#${CSS.escape(focused.id)}`) : null;
    /** @type {HTMLElement} */ (other ?? fresh).focus({ preventScroll: true });
    if (other instanceof HTMLTextAreaElement && range) other.setSelectionRange(range[0], range[1]);
  };
}
