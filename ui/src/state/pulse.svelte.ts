import type { Hint } from "../backend/types.ts";

/** Hints of the same moment are one reason to ask again. */
const GATHER = 250;
/** That a page was read without news only makes ages younger; there is time for that. */
const GATHER_READINGS = 5000;
/** Nobody's hints make the window ask more often than this. */
const LEAST = 1000;
/** Without any hint it asks this often: a hint may have been lost. */
const AT_LEAST_EVERY = 30_000;

/** The reason to ask again: whoever shows something asks anew when `beat` changes. */
class Pulse {
  beat = $state(0);
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #due = 0;
  #last = -Infinity;

  /** Something happened. */
  hint(hint: Hint): void {
    if (hint === "subscribed") return;
    this.soon(typeof hint === "object" && "polled" in hint ? GATHER_READINGS : GATHER);
  }

  /** Asks again shortly, together with whatever else happens at this moment. */
  soon(gather = GATHER): void {
    // Not by the clock on the wall, which may be set back.
    const now = performance.now();
    const due = Math.max(now + gather, this.#last + LEAST);
    if (this.#waiting !== undefined && this.#due <= due) return;
    clearTimeout(this.#waiting);
    this.#due = due;
    this.#waiting = setTimeout(() => this.#now(), due - now);
  }

  #now(): void {
    this.#waiting = undefined;
    this.#last = performance.now();
    this.beat += 1;
  }

  /** Beats by itself as well. Returns how to stop. */
  run(): () => void {
    this.#last = -Infinity;
    const timer = setInterval(() => this.soon(), AT_LEAST_EVERY);
    const seen = () => {
      if (document.visibilityState === "visible") this.soon();
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearInterval(timer);
      clearTimeout(this.#waiting);
      this.#waiting = undefined;
      document.removeEventListener("visibilitychange", seen);
    };
  }
}

export const pulse = new Pulse();
