/** From change to change in a redline, opening what is folded around it. Without this the page reads as well. */

/** The keys of the steps, while the focus is on them or in the redline. */
const KEYS = /** @type {Record<string, 1 | -1>} */ ({ n: 1, p: -1 });

/** @returns {HTMLElement[]} the first mark of each change, in reading order */
function changes() {
  return [...document.querySelectorAll("main [id^='change-']")].filter((one) => one instanceof HTMLElement);
}

/** @param {Element} one */
function unfold(one) {
  for (let at = one.closest("details"); at; at = at.parentElement?.closest("details") ?? null) at.open = true;
}

/**
 * The change to go to: the neighbour of the one that was gone to last, else the nearest one on that side of the screen.
 * @param {HTMLElement[]} all
 * @param {Element | null} current
 * @param {1 | -1} step
 */
function neighbour(all, current, step) {
  const place = all.findIndex((one) => one === current);
  if (place >= 0) return all[(place + step + all.length) % all.length];
  const middle = window.innerHeight / 3;
  const below = all.findIndex((one) => one.getBoundingClientRect().top > middle);
  if (step > 0) return all[below < 0 ? 0 : below];
  return all[(below <= 0 ? all.length : below) - 1];
}

/** Show the steps, and let them go from change to change. */
export function mountRedline() {
  const steps = document.querySelector(".change-steps");
  const all = changes();
  if (!(steps instanceof HTMLElement) || !all.length) return;
  const said = steps.querySelector("output");
  /** @type {Element | null} */
  let current = null;

  /** @param {HTMLElement} one */
  function go(one) {
    current = one;
    unfold(one);
    one.tabIndex = -1;
    one.focus({ preventScroll: true });
    one.scrollIntoView({ block: "center" });
    if (said) {
      const words = said.dataset.words ?? "";
      said.textContent = words.replace("{number}", String(all.indexOf(one) + 1)).replace("{all}", String(all.length));
    }
  }

  steps.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) go(neighbour(all, current, button.dataset.step === "next" ? 1 : -1));
  });
  // Single letters only act where the focus shows that one is going through the changes (WCAG 2.1.4).
  document.addEventListener("keydown", (event) => {
    const step = KEYS[event.key.toLowerCase()];
    const at = event.target instanceof Element ? event.target : null;
    if (!step || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (!at?.closest(".redline, .change-steps") || at.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    go(neighbour(all, current, step));
  });
  steps.hidden = false;
  const asked = all.find((one) => `#${one.id}` === window.location.hash);
  if (asked) go(asked);
}

mountRedline();
