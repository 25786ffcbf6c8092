import type { Zone } from "../time/moments.ts";

const QUARTER = 900_000;

/** Time as the window shows it. Ages tick here, without asking anybody. */
class Clock {
  now = $state(Date.now());
  /** The same by a clock that nobody sets, and that sleeps with the computer where the system has one. */
  steady = $state(performance.now());
  zone = $state<Zone>("local");
  /** When this quarter of an hour began, everywhere: which moments are of today need not be asked with every tick. */
  readonly quarter = $derived(Math.floor(this.now / QUARTER) * QUARTER);

  /** Lets time pass. Returns how to stop. */
  run(): () => void {
    const tick = () => {
      this.now = Date.now();
      this.steady = performance.now();
    };
    const timer = setInterval(tick, 5000);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }

  /** Writes times in UTC, or in the person's zone again. */
  toggleZone(): void {
    this.zone = this.zone === "utc" ? "local" : "utc";
  }
}

export const clock = new Clock();
