// The cards of an open section: fetched only where there are suggestions.
import { sidesField } from "./queue.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { Review } from "./review.js" */
/** @import { Section } from "./section.js" */

const AGAIN_MS = 2_000;

export class Reviewing {
  /** @param {Section} section */
  constructor(section) {
    this.section = section;
    /** @type {Review | null} */
    this.review = null;
    this.isLoading = false;
    /** Reasons that somebody has begun to type. @type {Map<string, string>} */
    this.reasons = new Map();
  }

  /** The open section's state is new. @param {EditorState} state */
  look(state) {
    if (this.review || this.isLoading) return;
    for (const { outcome } of state.field(sidesField).screen.suggestions.values()) {
      if (outcome !== null) continue;
      this.isLoading = true;
      void this.load();
      return;
    }
  }

  async load() {
    const { section } = this;
    try {
      const own = section.page.language === "en" ? import("../words/en/review.js") : import("../words/fr/review.js");
      const [{ Review }, { words }] = await Promise.all([import("./review.js"), own]);
      await drawn(); // The text with its marks comes first.
      if (section.view) this.review = new Review(section, section.view, words);
    } catch {
      window.setTimeout(() => section.view && this.look(section.view.state), AGAIN_MS); // No connection.
    } finally {
      this.isLoading = false;
    }
  }

  close() {
    this.review?.destroy();
    this.review = null;
  }
}

/** Resolves when the page has been drawn. @returns {Promise<void>} */
const drawn = () => new Promise((resolve) => {
  const done = () => resolve();
  window.setTimeout(done, 100); // In a tab that nobody sees nothing is drawn.
  requestAnimationFrame(() => window.setTimeout(done));
});
