// What was decided in a section: fetched once for what lies before, then from the rows of the log as they come.
import { sentence, timeWords } from "./proposal_words.js";

/** @import { Line } from "./review_bar.js" */
/** @import { Section } from "./section.js" */
/** @import { Row } from "./tracking.js" */
/** @import { Words } from "./proposal_words.js" */

/**
 * @typedef {{revision: number, decide: "accept" | "reject" | "withdraw", ids: readonly string[], author: number, organisation: number,
 *   at: string | null, reason?: string | null, of: readonly number[], says: readonly [string, string, string, string][],
 *   undone_by?: number}} Decision
 */

const MOST = 20;

export class Decisions {
  /** @param {Section} section @param {Words} words @param {() => void} changed */
  constructor(section, words, changed) {
    this.section = section;
    this.words = words;
    this.changed = changed;
    /** @type {Map<number, Decision>} */
    this.all = new Map();
    /** When a suggestion was last changed by its author: by its name, and by revision. @type {Map<string | number, string>} */
    this.times = new Map();
    /** The number of the amendment that a suggestion belongs to. @type {Record<string, string>} */
    this.amendments = {};
  }

  async load() {
    try {
      const answer = await fetch(`/sections/${this.section.key}/decisions`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      this.section.page.names.learn(found);
      for (const [id, at] of Object.entries(found.at)) if (!this.times.has(id)) this.times.set(id, at);
      for (const one of found.decisions) if (!this.all.has(one.revision)) this.all.set(one.revision, one);
      this.amendments = found.amendments;
      this.changed();
    } catch {
      // No connection: the cards do without until the section is opened again.
    }
  }

  /** @param {readonly Row[]} rows */
  take(rows) {
    for (const row of rows) {
      if (row.suggestion && row.at) this.times.set(row.suggestion, row.at);
      if (row.decide === "undo" && row.of) {
        const one = this.all.get(row.of);
        if (one) this.all.set(row.of, { ...one, undone_by: row.author });
      } else if (row.decide) {
        this.add(row);
      }
    }
    if (rows.some(({ decide }) => decide)) this.changed();
  }

  /** @param {Row} row */
  add(row) {
    const { revision, author, organisation, at } = row;
    const ids = row.ids ?? [];
    const shown = this.section.reviewing.review?.shown;
    const said = ids.flatMap((id) => shown?.get(id)?.proposal ?? []);
    this.all.set(revision, {
      revision, author, organisation, at, ids, decide: /** @type {Decision["decide"]} */ (row.decide), reason: /** @type {any} */ (row).reason,
      of: [...new Set(said.map((one) => one.organisation))],
      says: said.slice(0, 3).map((one) => [one.kind, one.subject, one.old, one.new]),
    });
  }

  /** @param {string} id */
  timeOf(id) {
    return this.times.get(id);
  }

  /** @param {number} revision */
  idsOf(revision) {
    return this.all.get(revision)?.ids;
  }

  /** What became of a suggestion. @param {string} outcome @param {number} revision */
  fate(outcome, revision) {
    const { words, section: { page } } = this;
    const text = words.decided[/** @type {"accept"} */ (outcome)] ?? words.gone;
    const one = this.all.get(revision);
    if (!one || one.author === page.me.person) return text;
    return words.decidedBy(text, page.names.person(one.author), page.names.organisation(one.organisation).acronym);
  }

  /** The last decisions, newest first. @param {(revision: number) => boolean} mayUndo @returns {Line[]} */
  lines(mayUndo) {
    const last = [...this.all.values()].sort((a, b) => b.revision - a.revision).slice(0, MOST);
    return last.map((one) => ({
      revision: one.revision, text: this.text(one), when: timeWords(one.at ?? undefined, this.words), reason: one.reason ?? "",
      mayUndo: !one.undone_by && mayUndo(one.revision), note: one.undone_by ? this.words.recentUndone : "",
    }));
  }

  /** @param {Decision} one */
  text({ author, organisation, decide, ids, of, says }) {
    const { words, section: { page: { names } } } = this;
    const acronyms = of.map((id) => names.organisation(id).acronym).join(", ");
    const said = says.map(([kind, subject, old, fresh]) => sentence({ kind: /** @type {any} */ (kind), subject, old, new: fresh }, words, 60));
    const what = ids.length === 1 ? words.recentOne(acronyms) : words.recentMany(ids.length, acronyms);
    const line = words.recentLine[decide](`${names.person(author)} (${names.organisation(organisation).acronym})`, what);
    return ids.length === 1 && said.length ? words.colon(line, said[0]) : line;
  }
}
