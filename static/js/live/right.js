// What this person may do in a section, and how the page says so.

/** @import { Section } from "./section.js" */

export class Right {
  /** @param {Section} section */
  constructor(section) {
    this.section = section;
  }

  /** The server said so. @param {string} may @param {string} stage */
  is(may, stage) {
    const { section } = this;
    const before = section.may;
    if (before === may && section.stage === stage) return;
    section.may = may;
    section.stage = stage;
    const { words } = section.page;
    if (section.view) {
      section.mode.apply();
      section.page.toolbar?.refresh();
      if (may === "write") this.tell(before === "write" ? "" : words.nowWrite, "info");
      else if (before === "write" && may === "suggest") this.tell(words.nowSuggest, "warn");
      else if (before === "write" || before === "suggest") this.tell(stage === "agreed" ? words.nowAgreed : words.nowReadOnly, "warn");
    }
    this.show();
  }

  show() {
    const { section: { mode, may, stage, view, article, opening, frame, page: { words } } } = this;
    frame.write.hidden = !mode.mayType || Boolean(view);
    if (!opening.isUnderWay) this.nameButton();
    article.classList.toggle("live-writable", may === "write");
    if (view) return;
    if (may === "write") this.tell("", "info");
    else if (may !== "none") this.tell(stage === "agreed" ? words.whyAgreed : may === "suggest" ? words.whySuggest : words.whyRead, "quiet");
  }

  /** What one opens the section for. */
  nameButton() {
    const { mode, title, frame: { write }, page: { words } } = this.section;
    write.textContent = mode.isForced ? words.suggest : words.write;
    write.setAttribute("aria-label", (mode.isForced ? words.suggestIn : words.writeIn)(title));
  }

  /** @param {string} text @param {"info" | "warn" | "quiet"} kind */
  tell(text, kind) {
    const { frame: { notice }, page } = this.section;
    notice.hidden = !text;
    notice.textContent = text;
    notice.className = kind === "quiet" ? "live-notice quiet" : `live-notice notice notice-${kind === "warn" ? "warn" : "good"}`;
    if (text && kind !== "quiet") page.announce(text);
  }
}
