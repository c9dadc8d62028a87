// @ts-check
/**
 * A slider through the past: it stops where something ended (a working session, a version), and puts the text as it
 * then stood in place of the one on the page. The page works without it: links and a date lead to the same addresses.
 */

/** Place on the slider, address, and what is said of it. @typedef {[number, string, string]} Stop */

const WAIT_MS = 150;
const STEPS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
});

/** @param {HTMLElement} text @param {"before" | "after"} side @returns {Stop[]} */
function stopsOf(text, side) {
  return JSON.parse(text.dataset[side] ?? "[]");
}

/**
 * Let the slider move through the past.
 * @param {HTMLElement} root
 * @returns {void}
 */
export function mount(root) {
  const input = root.querySelector("input");
  const words = root.querySelector("[data-words]");
  if (!input || !words || !document.getElementById("past-text")) return;
  const slider = input;
  const any = root.dataset.any ?? "";
  let steps = 0; // From the text on the page: -2 is two stops before it.
  let waiting = 0;
  let asking = new AbortController();
  root.hidden = false;

  /** @returns {HTMLElement} */
  function text() {
    return /** @type {HTMLElement} */ (document.getElementById("past-text"));
  }

  /** @param {string} said @param {number | string} [place] */
  function say(said, place) {
    if (place !== undefined) slider.value = String(place);
    slider.setAttribute("aria-valuetext", said);
    if (words) words.textContent = said;
  }

  /** Asks for the text once the slider rests. @param {string} address */
  function ask(address) {
    clearTimeout(waiting);
    asking.abort();
    waiting = window.setTimeout(() => fetchText(address), WAIT_MS);
  }

  /** @param {string} address */
  async function fetchText(address) {
    asking = new AbortController();
    text().setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { headers: { "X-Fragment": "yes" }, signal: asking.signal });
      if (!response.ok) return window.location.assign(address);
      show(await response.text(), response.url);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      window.location.assign(address);
    }
  }

  /** @param {string} html @param {string} address */
  function show(html, address) {
    const found = new DOMParser().parseFromString(html, "text/html").getElementById("past-text");
    if (!found) return window.location.assign(address);
    text().replaceWith(found);
    steps = 0;
    say(found.dataset.words ?? "", found.dataset.value);
    document.title = `${found.dataset.title} · ${document.title.split(" · ").at(-1)}`;
    window.history.replaceState(null, "", address);
  }

  /** @param {number} by */
  function step(by) {
    const before = stopsOf(text(), "before");
    const after = stopsOf(text(), "after");
    steps = Math.max(-before.length, Math.min(after.length, steps + by));
    const stop = steps < 0 ? before[-steps - 1] : after[steps - 1];
    if (!stop) return ask(window.location.href);
    say(stop[2], stop[0]);
    ask(stop[1]);
  }

  slider.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (by !== undefined) step(by);
    else if (event.key === "Home" || event.key === "End") {
      slider.value = event.key === "Home" ? slider.min : slider.max;
      ask(any + slider.value);
    } else return;
    event.preventDefault();
  });
  slider.addEventListener("input", () => ask(any + slider.value));
}

const root = document.querySelector("[data-slider]");
if (root instanceof HTMLElement) mount(root);
