// What is typed into the forms of a section's comments: kept while it is typed, and sent.
import { keepDraft, send, showError } from "./thread_form.js";

/** @import { Margin } from "./thread_margin.js" */

/** Keeps what is typed. @param {Margin} margin @param {Event} event */
export function typed(margin, { target }) {
  const form = target instanceof Element ? target.closest("form[data-draft]") : null;
  if (!(form instanceof HTMLFormElement)) return;
  const text = form.querySelector("textarea")?.value ?? "";
  const isNew = form === margin.fresh.form;
  keepDraft(margin.section.page.me.person, form.dataset.draft ?? "", text.trim() ? { text, ...(isNew ? margin.fresh.kept : {}) } : null);
  if (isNew) margin.layoutSoon();
}

/** Sends a form without leaving the page, once. @param {Margin} margin @param {SubmitEvent} event */
export async function submitted(margin, event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.hasAttribute("data-thread-form")) return;
  event.preventDefault();
  if (form.dataset.sending) return; // Until the text of the section is saved it may take a while.
  form.dataset.sending = "yes";
  await sent(margin, form);
  delete form.dataset.sending;
}

/** @param {Margin} margin @param {HTMLFormElement} form */
async function sent(margin, form) {
  const { page } = margin.section;
  const { words } = margin.threads;
  const isNew = form === margin.fresh.form;
  const more = isNew ? await margin.fresh.where() : {};
  const { error, key } = typeof more === "string" ? { error: more } : await send(form, more, words);
  if (error || !key) {
    showError(form, error ?? words.failed);
    margin.layoutSoon();
    return;
  }
  margin.isSending = true;
  if (isNew) margin.fresh.end(false);
  else if (form.dataset.draft) keepDraft(page.me.person, form.dataset.draft, null);
  form.reset();
  const details = form.closest("details");
  if (details && details !== margin.settled) details.open = false;
  await margin.load();
  margin.isSending = false;
  page.announce(form.querySelector("textarea") ? words.sent : words.done);
  margin.choose(key);
  margin.cards.get(key)?.card.focus({ preventScroll: true });
}
