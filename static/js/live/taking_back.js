// Taking back what is a suggestion, or can only be one now: nothing goes that is not one's own pending text.
import { ChangeSet } from "../../vendor/codemirror.js";
import { adjoining } from "./adjoining.js";
import { randomId } from "./batch.js";
import { composed, me, sidesField } from "./queue.js";
import { joinedRanges } from "./runs.js";
import { struckInstead } from "./striking.js";
import { mapRanges } from "./tracking.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { Inverse } from "./inverse.js" */
/** @import { Range } from "./runs.js" */

/**
 * @param {EditorState} state @param {Inverse} inverse as kept @param {Inverse} one with the text that really comes back
 * @param {ChangeSet | null} less what that is less @returns {{inverse: Inverse, delta: ChangeSet | null}}
 */
export function suggested(state, inverse, one, less) {
  // What others wrote cannot be suggested in their name.
  if (!inverse.suggestion && inverse.of) return { inverse: nothing(state), delta: inverse.changes.invert(state.doc) };
  const { screen } = state.field(sidesField);
  const who = state.facet(me);
  const struck = struckInstead(screen, one.changes, who);
  const after = composed(less, struck.delta);
  const suggestion = inverse.suggestion ?? adjoining(screen, struck.changes, struck.strike, who, false) ?? randomId();
  /** @param {readonly Range[]} ranges */
  const moved = (ranges) => after ? mapRanges(ranges, after) : ranges;
  return {
    inverse: {
      ...one, suggestion, changes: struck.changes, of: inverse.suggestion ? one.of : null,
      strike: joinedRanges([...moved(inverse.strike), ...struck.strike]), restore: moved(inverse.restore),
    },
    delta: after,
  };
}

/** @param {EditorState} state @returns {Inverse} */
function nothing(state) {
  return { changes: ChangeSet.empty(state.doc.length), of: null, given: null, suggestion: null, strike: [], restore: [] };
}
