// A live section without an editor: to send again what an earlier page could not, and for tests.
import { EditorState } from "../../vendor/codemirror.js";
import { liveState } from "./queue.js";
import { historyField } from "./undo.js";

/** @import { Transaction, TransactionSpec } from "@codemirror/state" */
/** @import { Me } from "./queue.js" */
/** @import { Tracked } from "./tracking.js" */

export class Sheet {
  /** @param {Tracked} confirmed @param {string} client @param {Me} who */
  constructor(confirmed, client, who) {
    this.state = EditorState.create({
      doc: confirmed.doc,
      extensions: [EditorState.lineSeparator.of("\n"), liveState(confirmed, client, who), historyField],
    });
  }

  /** @param {readonly Transaction[]} transactions */
  update(transactions) {
    for (const tr of transactions) {
      if (tr.startState !== this.state) throw new Error("a change for another state");
      this.state = tr.state;
    }
  }

  /** @param {TransactionSpec} spec */
  dispatch(spec) {
    this.update([this.state.update(spec)]);
  }
}
