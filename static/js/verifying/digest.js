// @ts-check
/** Tells before anything is sent whether a file is exactly a published one: by its digest, computed here. */

const LARGEST = 200_000_000;

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} said
 */
export function mount(input, said) {
  const words = JSON.parse(said.dataset.words ?? "{}");
  let turn = 0;

  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    const mine = ++turn;
    said.replaceChildren();
    if (!file || file.size > LARGEST) return;
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const response = await fetch(`${said.dataset.url}${hex}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (mine !== turn || !response?.ok) return;
    const found = await response.json();
    const line = document.createElement("p");
    line.className = found.published ? "notice notice-good" : "notice";
    line.textContent = `${found.published ? words.published : words.unknown} `;
    if (found.published) {
      const link = document.createElement("a");
      link.href = found.address;
      link.textContent = words.see;
      line.append(link);
    }
    said.append(line);
  });
}

const input = document.getElementById("file");
const said = document.querySelector("[data-digest]");
if (input instanceof HTMLInputElement && said instanceof HTMLElement && window.isSecureContext) mount(input, said);
