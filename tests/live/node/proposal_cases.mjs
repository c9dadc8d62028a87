// Reads the suggestions of sections in the browser's code. With no argument: the table of cases, printing what differs;
// with a file of states as the server writes them: what is read in each, as JSON.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { proposalsOf } from "../../../static/js/live/proposals.js";
import { textOf, trackedFromJson } from "../../../static/js/live/tracking.js";

/** The section of a case: its pieces as runs, its suggestions by one author each. */
function stateOf({ text, open = [] }) {
  const pieces = text.map((piece) => (typeof piece === "string" ? ["", piece] : piece));
  const ids = [...open];
  const runs = pieces.map(([marks, words]) => {
    const named = (kind) => marks.split(" ").filter((mark) => mark[0] === kind).map((mark) => mark.slice(1));
    ids.push(...named("+"), ...named("-"));
    return { length: words.length, author: 1, organisation: 10, insertion: named("+")[0] ?? null, strikes: named("-").sort() };
  });
  const one = { author: 3, organisation: 20, touched: 1, outcome: null, decided: null };
  return { doc: textOf(pieces.map(([, words]) => words).join("")), runs, suggestions: new Map(ids.map((id) => [id, one])) };
}

/** A proposal as the table has it: what is empty is left out. */
const lean = (value) => Object.fromEntries(Object.entries(value).filter(([, item]) => item.length));
const read = ({ id, kind, subject, old, new: fresh, collides }) => lean({ id, kind, subject, old, new: fresh, collides });

const [file] = process.argv.slice(2);
if (file) {
  const states = JSON.parse(readFileSync(file, "utf8"));
  const whole = (one) => ({ ...read(one), changes: one.changes.map(({ start, end, old, new: fresh }) => [start, end, old, fresh]) });
  console.log(JSON.stringify(states.map((state) => proposalsOf(trackedFromJson(state)).map(whole))));
} else {
  const { cases } = JSON.parse(readFileSync(new URL("../../domain/proposal_cases.json", import.meta.url), "utf8"));
  const different = [];
  for (const one of cases) {
    const shown = new Map(one.read.map((each) => [each.id, each]));
    const mine = proposalsOf(stateOf(one)).map(read).map((each) => Object.fromEntries(
      Object.entries(each).filter(([name]) => !["old", "new"].includes(name) || name in (shown.get(each.id) ?? {}))));
    if (!isDeepStrictEqual(mine, one.read.map(lean))) different.push({ name: one.name, mine, wanted: one.read });
  }
  const slow = [" ", "\n ", "|", "| ", "--- ", "[^", "]("].filter((piece) => {
    const started = performance.now();
    for (const text of [piece.repeat(100_000), `\n${piece.repeat(100_000)}x`]) proposalsOf(stateOf({ text: ["é", ["+a", text], ["-b", text], "fin"] }));
    return performance.now() - started > 4_000;
  });
  console.log(JSON.stringify({ ran: cases.length, different, slow }));
}
