// Runs the table of tracked-change cases through the browser's code; prints what differs, as JSON.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { ChangeSet } from "../../../static/vendor/codemirror.js";
import { check, mapUpdates } from "../../../static/js/live/check.js";
import { runToJson } from "../../../static/js/live/runs.js";
import { piecesOf, seenOf } from "../../../static/js/live/seen.js";
import {
  checksum, digestOf, fold, rowFromJson, trackedFromJson, trackedToJson, updateFromJson, updateToJson,
} from "../../../static/js/live/tracking.js";

const cases = JSON.parse(readFileSync(new URL("../../domain/tracking_cases.json", import.meta.url), "utf8"));

/** The server's Row.to_json: what is empty is left out. */
function rowToJson(row) {
  const lean = (value) => Object.fromEntries(Object.entries(value).filter(([, item]) => item != null && item.length !== 0));
  return {
    revision: row.revision, author: row.author, organisation: row.organisation, changes: row.changes.toJSON(),
    ...lean({
      suggestion: row.suggestion, strike: row.strike, restore: row.restore, of: row.of,
      removed: row.removed && [row.removed.text, row.removed.runs.map(runToJson)], given: row.given.map(runToJson),
    }),
  };
}

const answers = {
  fold: ({ state, row, after }) => [trackedToJson(fold(trackedFromJson(state), rowFromJson(row))), trackedToJson(trackedFromJson(after))],
  check: ({ state, update, hand, base, log = [], row, refused }) => {
    const verdict = check(trackedFromJson(state), updateFromJson(update), hand, {
      base, log: (revision) => log[revision - 1] && rowFromJson(log[revision - 1]),
    });
    return [verdict.refused ?? rowToJson(verdict.row), refused ?? row];
  },
  map: ({ updates, over, after }) => [
    over.reduce((batch, changes) => mapUpdates(batch, ChangeSet.fromJSON(changes)), updates.map(updateFromJson)).map(updateToJson), after,
  ],
  seen: ({ state, pieces, seen }) => {
    const tracked = trackedFromJson(state);
    return [[Object.fromEntries(piecesOf(tracked, Object.keys(pieces))), seenOf(tracked, Object.keys(pieces))], [pieces, seen]];
  },
  digest: ({ state, digest }) => [digestOf(trackedFromJson(state)), digest],
  checksum: ({ text, checksum: sum }) => [checksum(text), sum],
};

const ran = {};
const different = [];
for (const [group, answer] of Object.entries(answers)) {
  for (const one of cases[group]) {
    ran[group] = (ran[group] ?? 0) + 1;
    try {
      const [mine, wanted] = answer(one);
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(mine)), wanted)) different.push({ group, name: one.name, mine, wanted });
    } catch (error) {
      different.push({ group, name: one.name, error: String(error) });
    }
  }
}
console.log(JSON.stringify({ ran, different }));
