// How a section is opened: by its button, by a click in its text, by the line that tells of its suggestions.
import { randomId } from "./batch.js";
import { textNear } from "./frame.js";
import { hold } from "./unsaved.js";

/** @import { Section } from "./section.js" */
/** @import { Tracked } from "./tracking.js" */

const CALM_MS = 500;

export class Opening {
  /** @param {Section} section */
  constructor(section) {
    this.section = section;
    this.isUnderWay = false;
    /** Whether the section may be asked for: what it is written with is there. */
    this.isReady = false;
    /** @type {{text: string, offset: number} | null} */
    this.near = null;
    section.frame.write.addEventListener("click", () => this.write());
    section.reading.element.addEventListener("click", (event) => this.clicked(event));
  }

  /** What opens the section's suggestions on the page. @returns {HTMLElement | null} */
  get reviewLink() {
    return this.section.reading.element.querySelector("[data-review]");
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const { may, reading } = this.section;
    if (event.target instanceof Element && event.target === this.reviewLink) {
      event.preventDefault();
      this.write(true);
      return;
    }
    const onLink = event.target instanceof Element && event.target.closest("a, button, summary");
    if (onLink || may !== "write" || window.getSelection()?.toString()) return;
    this.near = textNear(event, reading.element);
    this.write();
  }

  /** Opens the section for writing, or, for whoever may only read it, for reviewing. */
  write(isReview = false) {
    const { view, mode, may, send, frame, page } = this.section;
    if (view || this.isUnderWay || (!mode.mayType && !isReview) || may === "none") return;
    this.isUnderWay = true;
    this.isReady = false;
    frame.write.textContent = page.words.opening;
    void mode.ready().then(() => {
      this.isReady = true;
      this.ask();
    });
    if (!send) page.announce(page.words.offlineEmpty);
  }

  /** Asks for the whole section, once on each connection. */
  ask() {
    const { section } = this;
    if (this.isUnderWay && this.isReady) section.send?.({ type: "open", section: section.key, revision: null });
  }

  /** The section's state is there: shows the editor. @param {Tracked} tracked @param {any} message */
  begin(tracked, message) {
    const { section } = this;
    const client = randomId();
    this.isUnderWay = false;
    section.right.nameButton();
    hold(client);
    const sync = section.mount(tracked, client, {});
    section.saving.syncs.forEach((one) => one.take(message));
    section.saving.add(sync, false);
    if (section.send) sync.connect(section.send);
    sync.take({ ...message, type: "opened", digest: "" });
    // Whether it is the server's copy is looked at when the page has been drawn.
    window.setTimeout(() => section.saving.syncs.includes(sync) && sync.compare(message.revision, message.digest), CALM_MS);
    section.revision = message.revision;
    this.placeCaret();
    section.view?.focus();
  }

  /** Puts the caret where the reader clicked, as nearly as can be told. */
  placeCaret() {
    const { view } = this.section;
    if (!view || !this.near) return;
    const at = view.state.doc.toString().indexOf(this.near.text);
    if (at >= 0) view.dispatch({ selection: { anchor: at + this.near.offset }, scrollIntoView: true });
    this.near = null;
  }
}
