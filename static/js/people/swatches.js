/** The colours of an organisation show its acronym as it is typed. */

/**
 * @param {HTMLElement} swatches
 * @returns {void}
 */
export function mount(swatches) {
  const field = document.getElementById(swatches.dataset.acronymFrom ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  const show = () => {
    for (const mark of swatches.querySelectorAll("[data-acronym]")) mark.textContent = field.value.trim() || "ABC";
  };
  field.addEventListener("input", show);
  show();
}

for (const swatches of document.querySelectorAll(".swatches")) {
  if (swatches instanceof HTMLElement) mount(swatches);
}
