// @ts-check
/** Follows a job and shows its end as soon as it is there; without this script the page reloads itself. */

const EVERY_MS = 700;

/**
 * Ask how far the job is until it is over, then load the page that says so.
 * @param {HTMLElement} root
 */
export function mount(root) {
  const url = root.dataset.url ?? "";
  const step = root.querySelector("[data-step]");
  const bar = root.querySelector("progress");

  async function look() {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (response.ok) {
        /** @type {{state: string, step: string, done_percent: number}} */
        const job = await response.json();
        if (job.state === "done" || job.state === "failed") return window.location.reload();
        if (step && step.textContent !== job.step) step.textContent = job.step;
        if (bar) bar.value = job.done_percent;
      } else if (response.status < 500) {
        return window.location.reload();
      }
    } catch {
      // The network is away for a moment: ask again.
    }
    setTimeout(look, EVERY_MS);
  }
  setTimeout(look, EVERY_MS);
}

const root = document.getElementById("export-progress");
if (root) mount(root);
