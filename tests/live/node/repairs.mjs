// Prints what repair makes of queues that the server would refuse, each with what the server's check then says.
import { ChangeSet } from "../../../static/vendor/codemirror.js";
import { check } from "../../../static/js/live/check.js";
import { assumed, newToken, updateOf } from "../../../static/js/live/queue.js";
import { repaired } from "../../../static/js/live/repair.js";
import { runToJson } from "../../../static/js/live/runs.js";
import { fold, removedBy, trackedFromJson, updateToJson } from "../../../static/js/live/tracking.js";

const who = { person: 3, organisation: 20 };
const base = { revision: 9, returned: [], undone: [] };
const item = (changes, more = {}) => ({
  changes: ChangeSet.fromJSON(changes), kind: {}, token: newToken(), strike: [], restore: [], ...more,
});
const of = (revision, text, runs) => ({ revision, removed: { text, runs } });
const byOther = (length) => ({ length, author: 1, organisation: 10, insertion: null, strikes: [] });
const byMe = (length, insertion) => ({ length, author: 3, organisation: 20, insertion, strikes: [] });

const cases = {
  "the suggestion was decided: its words go on under a new id": {
    state: { ...base, text: "L’été doux", runs: [[10, 1, 10]], suggestions: { x: [3, 20, 4, "accept", 9] } }, right: "suggest",
    queue: [item([10, [0, " et"]], { kind: { suggestion: "x" } }), item([13, [0, " œuvre"]], { kind: { suggestion: "x" } })],
  },
  "one's own pending text was accepted: its deletion becomes a strike": {
    state: { ...base, text: "L’été doux 😀", runs: [[13, 1, 10]], suggestions: { x: [3, 20, 4, "accept", 9] } }, right: "suggest",
    queue: [item([5, [5, " né"], 3], { kind: { suggestion: "x" } }), item([11, [0, "!"]], { kind: { suggestion: "x" } })],
  },
  "only what is not one's own pending text is struck": {
    state: { ...base, text: "abcdef", runs: [[2, 1, 10], [2, 3, 20, "x"], [2, 1, 10]], suggestions: { x: [3, 20, 4] } }, right: "suggest",
    queue: [item([1, [4], 1], { kind: { suggestion: "x" } })],
  },
  "another's strike is not lifted": {
    state: { ...base, text: "abcd", runs: [[2, 1, 10, null, ["x"]], [2, 1, 10, null, ["y"]]], suggestions: { x: [3, 20, 4], y: [4, 30, 5] } },
    right: "suggest", queue: [item([4], { kind: { suggestion: "x" }, restore: [[0, 4]] })],
  },
  "what an undo would give back is back already: the undo is dropped, not what was typed after it": {
    state: { ...base, text: "ab", runs: [[2, 1, 10]], suggestions: {}, returned: [[5, 8]] }, right: "write",
    queue: [item([1, [0, "été"], 1], { kind: { of: of(5, "été", [byOther(3)]), given: [byOther(3)] } }), item([4, [0, "œ"], 1])],
  },
  "another deleted a part first: only the rest comes back": {
    state: { ...base, text: "ab", runs: [[2, 1, 10]], suggestions: {} }, right: "write",
    queue: [item([1, [0, "été"], 1], { kind: { of: of(5, "éé", [byOther(2)]), given: [byOther(3)] } }), item([3, [0, "œ"], 2])],
  },
  "the deletion came to nothing: the text comes back as new": {
    state: { ...base, text: "ab", runs: [[2, 1, 10]], suggestions: {} }, right: "write",
    queue: [item([1, [0, "é"], 1], { kind: { of: newToken(), given: [byOther(1)] } })],
  },
  "text that comes back plain is struck, though it was pending on screen when it was deleted": {
    state: { ...base, text: "ab", runs: [[2, 1, 10]], suggestions: { x: [3, 20, 4] } }, right: "write",
    queue: [
      item([2, [0, "é"]], { kind: { of: of(5, "é", [byMe(1, null)]), given: [byMe(1, "x")] } }),
      item([2, [1], [0, "œ"]], { kind: { suggestion: "x" } }),
    ],
  },
  "a long text goes in pieces that cut no character": {
    state: { ...base, text: "ab", runs: [[2, 1, 10]], suggestions: {} }, right: "write",
    queue: [item([1, [1, `${"x".repeat(11_999)}${"😀".repeat(6_000)}`]]), item([24_000, [0, "é"]])],
  },
  "what is right is left alone": {
    state: { ...base, text: "ab", runs: [[2, 1, 10]], suggestions: {} }, right: "write", queue: [item([2, [0, "é"]])],
  },
};

/** The text after a queue, and what the server says of each of its updates. */
function judged(start, items, right) {
  let state = start;
  const verdicts = items.map((one) => {
    const token = one.kind.of;
    const log = () => ({ ...assumed(state, one, who), removed: token?.removed ?? null });
    const verdict = check(state, updateOf(one), { author: 3, organisation: 20, right }, { base: state.revision, log });
    state = fold(state, verdict.row ? { ...verdict.row } : assumed(state, one, who));
    return verdict.refused ?? "taken";
  });
  return { text: state.doc.toString(), verdicts, runs: state.runs.map(runToJson) };
}

const out = {};
for (const [name, { state: json, queue, right }] of Object.entries(cases)) {
  const state = trackedFromJson(json);
  const before = judged(state, queue, right);
  const better = repaired(state, queue, { who, right, newId: () => "new" });
  const after = better && judged(state, better.items, right);
  out[name] = {
    before, after, updates: better?.items.map((one) => updateToJson(updateOf(one))),
    // What repair says it changes on screen must lead from the old screen's text to the new one's.
    screen: better && better.delta.apply(queue.reduce((doc, one) => one.changes.apply(doc), state.doc)).toString(),
    removed: better?.items.map((one) => removedBy(state, one.changes)?.text ?? null)[0] ?? null,
  };
}
console.log(JSON.stringify(out));
