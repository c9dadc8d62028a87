// One suggestion's card: who, when, what, and what can be done about it. Shows what it is told; knows no server.
import { button, element, orgMark } from "./frame.js";
import { fill, sentence, timeWords } from "./proposal_words.js";

/** @import { Proposal } from "./proposals.js" */
/** @import { Words } from "./proposal_words.js" */

/**
 * @typedef {{acronym: string, colour: string, name: string}} Body
 *
 * What a card shows beside the suggestion itself. `fate` is what became of it, while its card still stands.
 * @typedef {{who: string, body: Body, at: string | undefined, amendment: string | undefined, place: number, count: number,
 *   decides: boolean, isOwn: boolean, isTicked: boolean, isCurrent: boolean, notice: string, isBusy: boolean,
 *   fate: {text: string, undo: number | null} | null, collides: readonly {id: string, acronym: string}[]}} About
 *
 * `reasons` are those that were typed into cards that are not on the page now.
 * @typedef {{decide: (id: string, decide: "accept" | "reject" | "withdraw", reason: string) => void, choose: (id: string) => void,
 *   tick: (id: string, isTicked: boolean) => void, undo: (id: string, revision: number) => void, resized: () => void, reasons: Map<string, string>}} Hands
 */

export class Card {
  /** @param {string} id @param {Words} words @param {Hands} hands */
  constructor(id, words, hands) {
    this.id = id;
    this.words = words;
    this.hands = hands;
    this.isWhole = false;
    this.shown = "";
    /** What of the suggestion was on the card when last drawn. @type {Proposal | null} */
    this.proposal = null;
    this.item = element("li", "card");
    this.item.dataset.suggestion = id;
    this.article = element("article", "card-body");
    this.article.tabIndex = -1;
    this.head = element("header", "card-head");
    this.title = element("h4", "card-title");
    this.title.id = `card-title-${id}`;
    this.what = element("p", "card-what");
    this.what.id = `card-what-${id}`;
    this.article.setAttribute("aria-labelledby", `${this.title.id} ${this.what.id}`);
    this.when = element("span", "card-when");
    this.tick = element("input", "card-tick");
    this.tick.type = "checkbox";
    this.tick.addEventListener("change", () => hands.tick(id, this.tick.checked));
    this.more = button(words.more, "link-button card-more");
    this.more.addEventListener("click", () => this.toggleWhole());
    this.amendment = element("p", "card-amendment");
    this.collides = element("p", "card-collides");
    this.notice = element("p", "card-notice");
    this.actions = element("div", "card-actions");
    this.reason = element("textarea", "card-reason");
    this.reason.rows = 2;
    this.reason.maxLength = 2000;
    this.reason.setAttribute("aria-label", words.reason);
    this.reason.placeholder = words.reason;
    this.reason.value = hands.reasons.get(id) ?? "";
    this.reason.hidden = true;
    /** Where the discussion of this suggestion is put. */
    this.thread = element("div", "card-thread is-waiting"); // With the room that its button takes.
    this.thread.dataset.suggestion = id;
    this.head.append(this.tick, this.title, this.when);
    this.article.append(this.head, this.what, this.more, this.amendment, this.collides, this.notice, this.reason, this.actions, this.thread);
    this.item.append(this.article);
    this.item.addEventListener("click", (event) => {
      if (event.target instanceof Element && !event.target.closest("button, input, textarea, a")) hands.choose(id);
    });
  }

  toggleWhole() {
    this.isWhole = !this.isWhole;
    this.more.textContent = this.isWhole ? this.words.less : this.words.more;
    if (this.proposal) fill(this.what, this.proposal, this.words, this.isWhole);
    this.hands.resized();
  }

  /** @param {Proposal} proposal @param {About} about */
  show(proposal, about) {
    this.proposal = proposal;
    const state = JSON.stringify([proposal.kind, proposal.subject, proposal.old, proposal.new, about]);
    if (state === this.shown) return;
    this.shown = state;
    const { words, item } = this;
    const { body, who, fate } = about;
    item.className = `card org-${body.colour}`;
    item.classList.toggle("card-current", about.isCurrent);
    item.classList.toggle("card-decided", Boolean(fate));
    item.setAttribute("aria-setsize", String(about.count));
    item.setAttribute("aria-posinset", String(about.place));
    if (about.isCurrent) this.article.setAttribute("aria-current", "true");
    else this.article.removeAttribute("aria-current");
    const name = element("span", "card-who");
    name.textContent = who;
    this.title.replaceChildren(orgMark(body), " ", name);
    this.when.textContent = timeWords(about.at, words);
    const isShort = fill(this.what, proposal, words, this.isWhole);
    this.more.hidden = !isShort && !this.isWhole;
    const said = sentence(proposal, words, 60);
    this.tick.hidden = !about.decides || Boolean(fate);
    this.tick.checked = about.isTicked;
    this.tick.setAttribute("aria-label", words.chooseOf(`${body.acronym}, ${said}`));
    this.amendment.hidden = !about.amendment;
    this.amendment.textContent = about.amendment ? words.amendment(about.amendment) : "";
    this.notice.hidden = !about.notice;
    this.notice.textContent = about.notice;
    this.showCollisions(about);
    this.showActions(about, said, proposal.kind === "empty");
  }

  /** @param {About} about */
  showCollisions({ collides, fate }) {
    this.collides.hidden = !collides.length || Boolean(fate);
    this.collides.replaceChildren(...collides.slice(0, 6).map(({ id, acronym }) => {
      const link = button(this.words.touches(acronym), "link-button");
      link.addEventListener("click", () => this.hands.choose(id));
      return link;
    }));
  }

  /** @param {About} about @param {string} said @param {boolean} isEmpty */
  showActions(about, said, isEmpty) {
    const { activeElement: at } = document;
    const focused = at instanceof HTMLElement && (at === this.reason || this.actions.contains(at)) ? at : null;
    this.actions.replaceChildren();
    this.offer(about, said, isEmpty);
    if (!focused || (focused === this.reason && !this.reason.hidden)) return;
    const again = focused.dataset.act && this.actions.querySelector(`[data-act=${focused.dataset.act}]`);
    /** @type {HTMLElement} */ (again || this.article).focus({ preventScroll: true });
  }

  /** @param {About} about @param {string} said @param {boolean} isEmpty */
  offer({ fate, decides, isOwn, isBusy }, said, isEmpty) {
    const { words, hands, id } = this;
    if (fate) {
      const text = element("span", "card-fate");
      text.textContent = fate.text;
      this.actions.append(text);
      const { undo } = fate;
      if (undo !== null) this.act("undo", words.undo, words.undoOf(said), () => hands.undo(id, undo));
      this.reason.hidden = true;
      return;
    }
    if (isBusy) {
      const text = element("span", "card-fate");
      text.textContent = words.deciding;
      this.actions.append(text);
      return;
    }
    const reason = () => this.reason.value.trim();
    if (reason()) this.reason.hidden = false; // What goes with a decision is seen.
    if (decides && !isEmpty) {
      this.act("accept", words.accept, words.acceptOf(said), () => hands.decide(id, "accept", reason()));
      this.act("reject", words.reject, words.rejectOf(said), () => hands.decide(id, "reject", reason()));
      if (!isOwn && this.reason.hidden) this.act("reason", words.withReason, words.reason, () => this.askReason());
    } else if (decides && !isOwn) {
      this.act("reject", words.closeEmpty, words.closeEmpty, () => hands.decide(id, "reject", ""));
    }
    if (isOwn) this.act("withdraw", words.withdraw, words.withdraw, () => hands.decide(id, "withdraw", ""));
  }

  /** @param {string} name @param {string} label @param {string} said @param {() => void} run */
  act(name, label, said, run) {
    const made = button(label, name === "reason" ? "link-button" : "button button-small");
    made.dataset.act = name;
    made.setAttribute("aria-label", said.startsWith(label) ? said : this.words.colon(label, said));
    made.addEventListener("click", run);
    this.actions.append(made);
  }

  askReason() {
    this.reason.hidden = false;
    this.actions.querySelector("[data-act=reason]")?.remove();
    this.hands.resized();
    this.reason.focus();
  }

  focus() {
    this.article.focus({ preventScroll: true });
  }
}
