import backend from "#backend";

import type { StatusView, VendorView } from "../backend/types.ts";
import { isSilent } from "../reading/silence.ts";
import { Asked } from "./asked.svelte.ts";
import { clock } from "./clock.svelte.ts";
import { said } from "./said.svelte.ts";
import { words } from "../words/en.ts";

/** So many are called by their names where many were missed. */
const NAMED = 3;

/** The vendors as last told: one answer that the overview, the banners and every vendor's page share. */
class Vendors {
  readonly asked = new Asked<StatusView>();
  /** Whose pages are being asked at this moment because somebody wanted it: names, or nobody's. */
  checking = $state.raw<readonly string[] | null>(null);
  #told: string | null = null;
  #answeredAt = $state(performance.now());

  get status(): StatusView | null {
    return this.asked.answer;
  }

  /** Whether, by what was answered last and when, nothing is being checked. */
  get isSilent(): boolean {
    const { status } = this;
    return status !== null && isSilent({ ...status, waited: clock.steady - this.#answeredAt });
  }

  /** One vendor by the name that the person or the page itself gives it; case does not matter. */
  named(name: string): VendorView | undefined {
    const wanted = name.toLowerCase();
    const all = this.status?.vendors ?? [];
    return (
      all.find(({ vendor }) => vendor.toLowerCase() === wanted) ??
      all.find(({ page_name }) => page_name?.toLowerCase() === wanted)
    );
  }

  /** Asks how the vendors are. */
  async refresh(): Promise<void> {
    const status = await this.asked.ask(() => backend.ask({ request: "status", vendors: [] }));
    if (!status) return;
    this.#answeredAt = performance.now();
    if (this.#told !== null && this.#told !== status.summary) said.news = status.summary;
    this.#told = status.summary;
  }

  /** Only the answer to a check says which pages it could not read. */
  #tellMissed(checked: readonly VendorView[]): void {
    const missed = checked.filter((vendor) => vendor.missed !== null);
    const [only] = missed;
    // Where this computer is offline that says it all.
    if (!only || this.status?.engine.offline_since != null) return;
    const names = missed.slice(0, NAMED).map(({ vendor }) => vendor);
    if (missed.length > NAMED) names.push(words.andMore(missed.length - NAMED));
    said.missed(
      checked.length === 1
        ? words.vendor.missed(only.vendor, only.missed ?? "")
        : words.overview.missed(missed.length, checked.length, names.join(", ")),
    );
  }

  /** Has pages asked at once: of these vendors, or of all. */
  async check(names: readonly string[]): Promise<void> {
    if (this.checking !== null) return;
    this.checking = names;
    try {
      const checked = await backend.ask({ request: "check", vendors: [...names] });
      await this.refresh();
      this.#tellMissed(checked.vendors);
      if (this.#told !== null) said.news = this.#told;
    } catch (thrown) {
      said.failed(thrown);
    } finally {
      this.checking = null;
    }
  }
}

export const vendors = new Vendors();
