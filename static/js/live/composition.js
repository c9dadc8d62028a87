// Input methods: while one composes (é by a dead key, kana), nothing comes in between and nothing half-made goes out.

/** @import { Sync } from "./sync.js" */

/** Longest time that others' text waits. */
const HOLD_MS = 3_000;
/** The editor takes the composed text in right after the event. */
const SETTLE_MS = 60;

export class Composition {
  /** @param {() => Sync | null} sync */
  constructor(sync) {
    this.sync = sync;
    this.limit = 0;
    this.release = 0;
  }

  started() {
    window.clearTimeout(this.release);
    const sync = this.sync();
    if (!sync || sync.isHeld) return;
    sync.hold(true);
    this.limit = window.setTimeout(() => sync.hold(false), HOLD_MS);
  }

  ended() {
    const sync = this.sync();
    window.clearTimeout(this.release);
    this.release = window.setTimeout(() => {
      window.clearTimeout(this.limit);
      sync?.hold(false);
    }, SETTLE_MS);
  }
}
