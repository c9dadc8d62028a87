/** Invitation links get a button that copies them. */

/** @type {{words: typeof import("../words/fr/people.js").words}} */
const { words: said } = await (document.documentElement.lang === "en" ? import("../words/en/people.js") : import("../words/fr/people.js"));

/**
 * @param {HTMLInputElement} field
 * @returns {void}
 */
export function mount(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = said.copy;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = said.copied;
    } catch {
      button.textContent = said.selected; // The browser forbids copying: the link is selected, a key press copies it.
    }
  });
  const line = document.createElement("div");
  line.className = "link-line";
  field.replaceWith(line);
  line.append(field, button);
}

for (const field of document.querySelectorAll("input.link-field")) {
  if (field instanceof HTMLInputElement) mount(field);
}
