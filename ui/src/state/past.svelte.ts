import backend from "#backend";

import type { HistoryView } from "../backend/types.ts";
import { type Happening, happeningsOf } from "../reading/days.ts";
import { Asked } from "./asked.svelte.ts";

const PART = 40;

/** The history as far as somebody has turned its pages. Kept while the window is open, so that back finds it again. */
class Past {
  readonly head = new Asked<HistoryView>();
  readonly further = new Asked<HistoryView>();
  happenings = $state.raw<readonly Happening[]>([]);
  /** Where it goes on; `null` where that was all. */
  next = $state<string | null>(null);
  #vendor = "";
  #turned = false;

  /** Asks for the beginning, of one vendor or of all. */
  async read(vendor: string): Promise<void> {
    if (vendor !== this.#vendor) this.forget(vendor);
    const answer = await this.head.ask(() => this.#ask(null));
    if (!answer || vendor !== this.#vendor) return;
    const newest = happeningsOf(answer);
    if (!this.#turned) this.next = answer.next;
    // What something new has pushed out of the first part is in no later one.
    this.happenings = this.#turned ? [...this.happenings, ...newest] : newest;
  }

  /** Turns to the next part. */
  async more(): Promise<void> {
    const from = this.next;
    if (from === null || this.further.waiting) return;
    const answer = await this.further.ask(() => this.#ask(from));
    if (!answer) return;
    this.#turned = true;
    this.happenings = [...happeningsOf(answer), ...this.happenings];
    this.next = answer.next;
  }

  /** Begins anew, with one vendor or with all. */
  forget(vendor: string): void {
    this.#vendor = vendor;
    this.#turned = false;
    this.head.forget();
    this.further.forget();
    this.happenings = [];
    this.next = null;
  }

  #ask(before: string | null) {
    const vendors = this.#vendor === "" ? [] : [this.#vendor];
    return backend.ask({ request: "history", vendors, since: null, until: null, limit: PART, before });
  }
}

export const past = new Past();
