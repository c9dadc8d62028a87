// Above the cards: how many there are, to the next and the previous one, deciding on several, recent decisions.
import { button, element, orgMark } from "./frame.js";

/** @import { Words } from "./proposal_words.js" */

/**
 * @typedef {{id: number, acronym: string, colour: string, count: number}} Group
 * @typedef {{revision: number, text: string, when: string, reason: string, mayUndo: boolean, note: string}} Line
 * @typedef {{count: number, place: number, fresh: number, decides: boolean, ticked: number, groups: readonly Group[],
 *   lines: readonly Line[], message: {text: string, undo: readonly number[]} | null}} State
 * @typedef {{step: (by: number) => void, showFresh: () => void, tick: (organisation: number | null) => void, untick: () => void,
 *   decideTicked: (decide: "accept" | "reject", reason: string) => void, undo: (revisions: readonly number[]) => void, showMarks: (shown: "all" | "simple") => void}} Acts
 */

/** Names a button that is made anew each time, so that the focus finds it again. @param {HTMLButtonElement} made @param {string} key */
function keyed(made, key) {
  made.dataset.key = key;
  return made;
}

export class ReviewBar {
  /** @param {Words} words @param {Acts} acts */
  constructor(words, acts) {
    this.words = words;
    this.acts = acts;
    this.shown = "";
    /** @type {"accept" | "reject" | null} */
    this.sure = null;
    this.element = element("header", "cards-bar");
    this.title = element("h3", "cards-title");
    this.title.tabIndex = -1;
    this.place = element("span", "cards-place");
    const previous = this.step(-1, "↑", words.previous, "Alt+ArrowUp");
    const next = this.step(1, "↓", words.next, "Alt+ArrowDown");
    this.nav = element("span", "cards-nav");
    this.nav.append(previous, this.place, next);
    const first = element("div", "cards-line");
    first.append(this.title, this.nav);
    this.fresh = button("", "button button-small cards-fresh");
    this.fresh.addEventListener("click", () => {
      acts.showFresh();
      if (this.fresh.hidden) this.title.focus({ preventScroll: true });
    });
    this.message = element("p", "cards-message");
    this.together = this.details(words.together, "cards-together");
    this.groups = element("p", "cards-groups");
    this.ticked = element("p", "cards-ticked");
    this.actions = element("div", "card-actions");
    this.reason = element("textarea", "card-reason");
    Object.assign(this.reason, { rows: 2, maxLength: 2000, placeholder: words.reason, ariaLabel: words.reason });
    /** What the actions are about: while that is the same, they stay as they are. */
    this.asked = "";
    this.together.append(this.groups, this.ticked, this.actions);
    this.recent = this.details("", "cards-recent");
    this.lines = element("ul", "cards-decisions");
    this.recent.append(this.lines);
    this.keys = this.details(words.keysTitle, "cards-keys");
    const help = document.createElement("p");
    help.textContent = words.keys;
    this.keys.append(help);
    const rest = element("div", "cards-rest");
    rest.append(this.marks(), this.together, this.recent, this.keys);
    this.element.append(first, this.fresh, this.message, rest);
  }

  /** How suggestions are shown in the text. */
  marks() {
    const { words } = this;
    const label = element("label", "cards-marks");
    const choice = document.createElement("select");
    choice.append(new Option(words.marksAll, "all"), new Option(words.marksSimple, "simple"));
    choice.addEventListener("change", () => this.acts.showMarks(choice.value === "simple" ? "simple" : "all"));
    const name = element("span", "visually-hidden");
    name.textContent = words.marksView;
    label.append(name, choice);
    return label;
  }

  /** @param {number} by @param {string} sign @param {string} label @param {string} keys */
  step(by, sign, label, keys) {
    const made = button(sign, "button button-small cards-step");
    made.setAttribute("aria-label", label);
    made.setAttribute("aria-keyshortcuts", keys);
    made.title = `${label} (${keys.replace("Arrow", "").replace("Up", "↑").replace("Down", "↓")})`;
    made.addEventListener("click", () => this.acts.step(by));
    return made;
  }

  /** @param {string} label @param {string} className */
  details(label, className) {
    const made = element("details", className);
    const summary = document.createElement("summary");
    summary.textContent = label;
    made.append(summary);
    return made;
  }

  /** @param {State} state */
  show(state) {
    const now = JSON.stringify([state, this.sure]);
    if (now === this.shown) return;
    this.shown = now;
    const { words } = this;
    const back = this.whereabouts();
    this.title.textContent = words.title(state.count);
    this.nav.hidden = !state.count;
    this.place.hidden = !state.place;
    this.place.textContent = words.place(state.place, state.count);
    this.fresh.hidden = !state.fresh;
    this.fresh.textContent = words.fresh(state.fresh);
    this.showMessage(state.message);
    this.together.hidden = !state.decides || state.count < 2;
    if (!this.together.hidden) this.showTogether(state);
    this.recent.hidden = !state.lines.length;
    /** @type {HTMLElement} */ (this.recent.firstElementChild).textContent = words.recent(state.lines.length);
    this.lines.replaceChildren(...state.lines.map((line) => this.line(line)));
    back();
  }

  /** Remembers which button the reader is at; what is returned leads back there, or, where it is gone, to the title. */
  whereabouts() {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || !this.element.contains(at)) return () => {};
    const { key } = at.dataset;
    return () => {
      if (this.element.contains(document.activeElement)) return;
      const again = key && [...this.element.querySelectorAll("button")].find(({ dataset }) => dataset.key === key);
      (again || this.title).focus({ preventScroll: true });
    };
  }

  /** @param {State["message"]} message */
  showMessage(message) {
    this.message.hidden = !message;
    this.message.replaceChildren(message?.text ?? "");
    if (!message?.undo.length) return;
    const undo = keyed(button(this.words.undo, "link-button"), "undo");
    undo.addEventListener("click", () => this.acts.undo(message.undo));
    this.message.append(" ", undo);
  }

  /** @param {State} state */
  showTogether({ count, groups, ticked }) {
    const { words, acts } = this;
    const label = element("span", "");
    label.textContent = words.tick;
    const all = keyed(button(words.tickAll(count), "button button-small"), "all");
    all.addEventListener("click", () => acts.tick(null));
    const each = groups.map(({ id, acronym, colour, count: many }) => {
      const made = keyed(button("", "button button-small"), `of ${id}`);
      made.append(orgMark({ acronym, colour }), ` (${many})`);
      made.setAttribute("aria-label", words.colon(words.tick, words.tickOf(acronym, many)));
      made.addEventListener("click", () => acts.tick(id));
      return made;
    });
    const none = button(words.untick, "link-button");
    none.addEventListener("click", () => acts.untick());
    this.groups.replaceChildren(label, all, ...each, ...(ticked ? [none] : []));
    this.ticked.textContent = words.ticked(ticked);
    if (!ticked) this.sure = null;
    const asked = `${ticked} ${this.sure}`;
    if (asked === this.asked) return;
    this.asked = asked;
    const isTyping = document.activeElement === this.reason;
    this.actions.replaceChildren(...(!ticked ? [] : this.sure ? this.confirmation(this.sure, ticked) : [
      this.ask("accept", words.acceptTicked(ticked)), this.ask("reject", words.rejectTicked(ticked)),
    ]));
    if (isTyping) this.reason.focus({ preventScroll: true });
  }

  /** @param {"accept" | "reject"} decide @param {string} label */
  ask(decide, label) {
    const made = keyed(button(label, "button button-small"), decide);
    made.addEventListener("click", () => {
      this.sure = decide;
      this.again();
      /** @type {HTMLElement | null} */ (this.actions.querySelector(".button-primary"))?.focus();
    });
    return made;
  }

  /** @param {"accept" | "reject"} decide @param {number} count @returns {HTMLElement[]} */
  confirmation(decide, count) {
    const { words, reason } = this;
    const question = element("p", "cards-sure");
    const strong = document.createElement("strong");
    strong.textContent = decide === "accept" ? words.sureAccept(count) : words.sureReject(count);
    question.append(strong, ` ${words.sureHelp}`);
    const yes = keyed(button(words[decide], "button button-small button-primary"), "yes");
    yes.addEventListener("click", () => {
      this.sure = null;
      this.acts.decideTicked(decide, reason.value.trim());
      this.title.focus({ preventScroll: true });
    });
    const no = keyed(button(words.cancel, "button button-small"), "no");
    no.addEventListener("click", () => {
      this.sure = null;
      this.again();
      /** @type {HTMLElement | null} */ (this.actions.querySelector("button"))?.focus();
    });
    return [question, reason, yes, no];
  }

  /** Draws what was shown last once more. */
  again() {
    const [state] = JSON.parse(this.shown);
    this.show(state);
  }

  /** @param {Line} line */
  line({ revision, text, when, reason, mayUndo, note }) {
    const item = element("li", "cards-decision");
    const said = element("span", "");
    said.textContent = `${text}${note ? ` · ${note}` : ""}`;
    const time = element("span", "card-when");
    time.textContent = when;
    item.append(said, " ", time);
    if (reason) {
      const why = element("span", "cards-why");
      why.textContent = this.words.becauseOf(reason);
      item.append(why);
    }
    if (mayUndo) {
      const undo = keyed(button(this.words.undo, "link-button"), `undo ${revision}`);
      undo.setAttribute("aria-label", this.words.undoOf(text));
      undo.addEventListener("click", () => this.acts.undo([revision]));
      item.append(" ", undo);
    }
    return item;
  }
}
