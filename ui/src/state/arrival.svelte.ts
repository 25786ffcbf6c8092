import backend from "#backend";

import type { Arrival, Hint, Notice } from "../backend/types.ts";
import { said } from "./said.svelte.ts";
import { words } from "../words/en.ts";

/** What the program said when the window opened, kept up to date. */
class Arrived {
  version = $state("");
  startsAtLogin = $state(false);
  offersLogin = $state(false);
  notices = $state.raw<Notice[]>([]);
  /** Why a changed configuration was not taken up, until one is. */
  refusedConfiguration = $state<string | null>(null);

  take(arrival: Arrival): void {
    this.version = arrival.version;
    this.startsAtLogin = arrival.start_at_login.enabled;
    this.offersLogin = arrival.start_at_login.offer;
    this.notices = arrival.notices;
  }

  /** Some hints say something that no answer repeats. */
  hear(hint: Hint): void {
    if (hint === "reloaded") this.refusedConfiguration = null;
    else if (typeof hint === "object" && "config_refused" in hint) {
      this.refusedConfiguration = hint.config_refused.reason;
    }
  }

  async startAtLogin(enabled: boolean): Promise<void> {
    this.offersLogin = false;
    try {
      this.startsAtLogin = await backend.startAtLogin(enabled);
      said.done(this.startsAtLogin ? words.login.isOn : words.login.isOff);
    } catch (thrown) {
      said.failed(thrown);
    }
  }

  async dismiss(notice: string): Promise<void> {
    this.notices = this.notices.filter((other) => other.id !== notice);
    try {
      await backend.dismiss(notice);
    } catch (thrown) {
      said.failed(thrown);
    }
  }
}

export const arrived = new Arrived();
