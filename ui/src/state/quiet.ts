import backend from "#backend";

import { moment, isForever, tomorrowMorning } from "../time/moments.ts";
import { words } from "../words/en.ts";
import { clock } from "./clock.svelte.ts";
import { pulse } from "./pulse.svelte.ts";
import { said } from "./said.svelte.ts";

const HOUR = 3_600_000;

/** For how long somebody wants it quiet. */
export const spans = [
  { label: words.vendor.hour, until: () => new Date(Date.now() + HOUR).toISOString() },
  { label: words.vendor.hours, until: () => new Date(Date.now() + 8 * HOUR).toISOString() },
  { label: words.vendor.tomorrow, until: () => tomorrowMorning(new Date()).toISOString() },
  { label: words.vendor.lifted, until: () => null },
] as const;

/** "until 18:00", "until you lift it". */
export function untilWords(until: string | null): string {
  if (until === null || isForever(until)) return words.vendor.untilLifted;
  return words.vendor.until(moment(new Date(until), new Date(clock.now), clock.zone));
}

async function told<T>(
  action: () => Promise<T>,
  text: string,
  undo?: () => Promise<unknown>,
): Promise<T | null> {
  const result = await said.attempt(action, () => (undo ? { text, undo } : { text }));
  pulse.soon();
  return result;
}

/** What is muted: a vendor, or an incident of one; ids of incidents repeat between pages. */
export interface Mutable {
  /** A vendor's name, or an incident's id. */
  target: string;
  /** Whose incident it is; `null` where a vendor is muted. */
  vendor: string | null;
}

/** Announces nothing of a vendor or an incident for a while. */
export function mute(what: Mutable, name: string, until: string | null) {
  return told(
    () => backend.ask({ request: "mute", ...what, until }),
    words.vendor.isMuted(name, untilWords(until)),
    () => backend.ask({ request: "unmute", ...what }).finally(() => pulse.soon()),
  );
}

/** Announces it again. */
export function unmute(what: Mutable, name: string) {
  return told(() => backend.ask({ request: "unmute", ...what }), words.vendor.isUnmuted(name));
}

/** An open incident no longer counts as a problem, or does again. */
export function acknowledge({ id, vendor }: { id: string; vendor: string }, undo: boolean) {
  const ask = (back: boolean) => backend.ask({ request: "acknowledge", incident: id, vendor, undo: back });
  return told(
    () => ask(undo),
    undo ? words.incident.isUnacknowledged : words.incident.isAcknowledged,
    () => ask(!undo).finally(() => pulse.soon()),
  );
}

/** An unreadable page no longer counts, or does again. */
export function accept(vendor: string, yes: boolean) {
  const ask = (now: boolean) => backend.ask({ request: "accept_unreadable", vendor, accept: now });
  return told(
    () => ask(yes),
    yes ? words.vendor.isAccepted(vendor) : words.vendor.isCounted(vendor),
    () => ask(!yes).finally(() => pulse.soon()),
  );
}

/** Nothing at all is announced to this person for a while. */
export function pause(until: string | null) {
  return told(
    () => backend.ask({ request: "pause", until }),
    words.about.isPaused(until === null ? words.banner.pausedForever : untilWords(until)),
    () => backend.ask({ request: "resume" }).finally(() => pulse.soon()),
  );
}

/** Everything is announced again. */
export function resume() {
  return told(() => backend.ask({ request: "resume" }), words.banner.resumed);
}
