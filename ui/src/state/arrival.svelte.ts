import backend from "#backend";

import type { Arrival, Notice } from "../backend/types.ts";
import { said } from "./said.svelte.ts";
import { words } from "../words/en.ts";

/** By this name the offer to start at login is declined, as a notice is read. */
const OFFER = "start-at-login";

/** What the program said when the window opened, kept up to date. */
export class Arrived {
  version = $state("");
  startsAtLogin = $state(false);
  offersLogin = $state(false);
  notices = $state.raw<Notice[]>([]);
  #heard = false;

  /** Takes what was said on arrival; notices that were heard before it are newer. */
  take(arrival: Arrival): void {
    this.version = arrival.version;
    this.startsAtLogin = arrival.start_at_login.enabled;
    this.offersLogin = arrival.start_at_login.offer;
    if (!this.#heard) this.notices = arrival.notices;
  }

  /** The notices are these now. */
  hear(notices: Notice[]): void {
    this.#heard = true;
    this.notices = notices;
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

  /** Not now: nothing is changed, and it is not offered again. */
  async declineLogin(): Promise<void> {
    this.offersLogin = false;
    await this.dismiss(OFFER);
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
