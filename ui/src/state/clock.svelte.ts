import type { Zone } from "../time/moments.ts";

/** Time as the window shows it. Ages tick here, without asking anybody. */
class Clock {
  now = $state(Date.now());
  /** The same by a clock that nobody sets, and that sleeps with the computer where the system has one. */
  steady = $state(performance.now());
  zone = $state<Zone>("local");

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
