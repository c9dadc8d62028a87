// @ts-check
/**
 * Signs with the person's own key: the file and its passphrase stay here, the server gets the certificate and the
 * signature. What is sent is in two requests, `prepare` and `finish`.
 */
import { open, Unusable } from "./pkcs12.js";

const ATTEMPTS = 8;

/**
 * @param {HTMLFormElement} form
 */
export function mount(form) {
  const said = /** @type {HTMLElement} */ (form.querySelector("[data-said]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const words = JSON.parse(form.dataset.words ?? "{}");
  /** @param {string} name */
  const input = (name) => /** @type {HTMLInputElement} */ (form.querySelector(`[data-${name}]`));
  /** @type {import("./pkcs12.js").Identity | null} */
  let identity = null;
  /** Of the attempt before: what a code has once confirmed asks for no second one. */
  let ticket = "";

  /**
   * @param {string} text
   * @param {boolean} [isWrong]
   */
  function say(text, isWrong = false) {
    said.textContent = text;
    said.className = isWrong ? "error" : "quiet";
  }

  async function opened() {
    const file = input("file").files?.[0];
    if (!file) throw new Error(words.choose);
    const passphrase = input("passphrase").value;
    input("passphrase").value = "";
    say(words.opening);
    const found = await open(await file.arrayBuffer(), passphrase);
    say(`${words.found} ${found.name} (${found.issuer}, ${words.until} ${found.validUntil.toLocaleDateString()}). ${words.confirm}`);
    return found;
  }

  /** @param {import("./pkcs12.js").Identity} own */
  async function signed(own) {
    say(words.signing);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const asked = await send(form.dataset.prepare ?? "", {
        certificate: base64(own.certificate), chain: own.chain.map(base64), code: input("code").value, ticket,
      });
      if (asked.location) return window.location.assign(asked.location);
      ticket = asked.ticket;
      const signature = base64(await own.sign(bytes(asked.attributes)));
      const done = await send(form.dataset.finish ?? "", { ticket, signature });
      if (!done.again) return window.location.assign(done.location);
    }
    throw new Error(words.busy);
  }

  /**
   * @param {string} url
   * @param {object} content
   */
  async function send(url, content) {
    const token = /** @type {HTMLInputElement} */ (form.querySelector("[name=csrf_token]")).value;
    const lost = () => {
      throw new Error(words.lost);
    };
    const response = await fetch(url, {
      method: "POST", body: JSON.stringify(content),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    }).catch(lost);
    const answer = await response.json().catch(lost);
    if (!response.ok && !answer.again) throw new Error(Object.values(answer.fields ?? {})[0] ?? answer.error);
    return answer;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      if (identity) await signed(identity);
      else {
        identity = await opened();
        /** @type {HTMLElement} */ (form.querySelector("[data-confirm]")).hidden = false;
        button.textContent = words.sign;
        input("code").focus();
      }
    } catch (error) {
      const problem = error instanceof Unusable ? words[error.problem] : String(/** @type {Error} */ (error).message);
      say(problem, true);
    }
    button.disabled = false;
  });
  input("file").addEventListener("change", () => {
    identity = null;
    ticket = "";
    /** @type {HTMLElement} */ (form.querySelector("[data-confirm]")).hidden = true;
    button.textContent = words.open;
    say("");
  });
  form.hidden = false;
}

/** @param {Uint8Array} data */
function base64(data) {
  return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
}

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

const form = document.querySelector("form[data-signing]");
if (form instanceof HTMLFormElement) {
  if (window.isSecureContext) mount(form);
  else /** @type {HTMLElement} */ (document.querySelector("[data-insecure]")).hidden = false; // Browsers sign over https only.
}
