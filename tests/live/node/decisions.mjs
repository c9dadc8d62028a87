// The rows that accept and reject suggestions, as drafting/domain/decisions.py makes them.
import { ChangeSet } from "../../../static/vendor/codemirror.js";
import { removedBy } from "../../../static/js/live/tracking.js";

/** The row that decides one suggestion of a section. */
export function decision(tracked, hand, decide, id) {
  const edits = [];
  const marks = [];
  let at = 0;
  let after = 0;
  for (const { length, insertion, strikes } of tracked.runs) {
    const isInserted = insertion === id;
    const isStruck = strikes.includes(id);
    if (decide === "accept" ? isStruck : isInserted) edits.push({ from: at, to: at + length });
    else {
      if (isInserted) add(marks, [after, after + length, "+", id]);
      if (isStruck) add(marks, [after, after + length, "-", id]);
      after += length;
    }
    at += length;
  }
  const changes = ChangeSet.of(edits, at);
  return {
    revision: tracked.revision + 1, author: hand.author, organisation: hand.organisation, changes, decide, ids: [id],
    removed: removedBy(tracked, changes), marks,
  };
}

function add(marks, mark) {
  const last = marks[marks.length - 1];
  if (last && last[1] === mark[0] && last[2] === mark[2]) last[1] = mark[1];
  else marks.push(mark);
}
