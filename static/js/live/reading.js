// A section's text for reading: the server's HTML, asked for again when somebody has written.

const REFRESH_MS = 1_200;

export class Reading {
  /** @param {string} key @param {HTMLElement} element @param {(length: number) => void} counted told how long the text is */
  constructor(key, element, counted) {
    this.key = key;
    this.counted = counted;
    this.element = element;
    this.timer = 0;
  }

  /** Somebody has written: shows it before long, with many changes at once. */
  refreshSoon() {
    if (!this.timer) this.timer = window.setTimeout(() => void this.refresh(), REFRESH_MS * (0.5 + Math.random()));
  }

  /** Shows the text as it is now. */
  async refresh() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    try {
      const answer = await fetch(`/sections/${this.key}/text`, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected || this.element.hidden) return;
      const html = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.element.replaceChildren(...html.body.childNodes);
      this.counted(Number(answer.headers.get("Section-Length")));
    } catch {
      // No connection: the reader keeps what is there, and the next change asks again.
    }
  }
}
