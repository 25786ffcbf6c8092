import type { UpdateView } from "../backend/types.ts";
import { toldAt } from "./story.ts";

/** A stop on the way of an incident or a maintenance. */
export interface Stop {
  phase: string;
  /** When the vendor first said so; `null` if it has not. */
  at: string | null;
  state: "reached" | "skipped" | "ahead";
}

const INCIDENT = ["investigating", "identified", "monitoring", "resolved"];
const MAINTENANCE = ["scheduled", "in_progress", "verifying", "completed"];

/**
 * The usual way with what was said of it. A phase that the vendor left out is skipped, not made up. `endedAt` stands for
 * the last stop where no update said it.
 */
export function trackOf(
  kind: "incident" | "maintenance",
  phase: string,
  updates: readonly UpdateView[],
  endedAt: string | null,
): Stop[] {
  const way = kind === "incident" ? INCIDENT : MAINTENANCE;
  const first = new Map<string, string>();
  for (const update of updates) {
    if (update.deleted) continue;
    const at = toldAt(update);
    const known = first.get(update.phase);
    if (known === undefined || Date.parse(at) < Date.parse(known)) first.set(update.phase, at);
  }
  const last = way.at(-1) ?? "";
  if (endedAt !== null && !first.has(last)) first.set(last, endedAt);
  const now = phase === "postmortem" ? way.length - 1 : way.indexOf(phase);
  const furthest = Math.max(now, ...way.map((stop, index) => (first.has(stop) ? index : -1)));
  return way.map((stop, index) => {
    const at = first.get(stop) ?? null;
    if (at !== null || index === now) return { phase: stop, at, state: "reached" };
    return { phase: stop, at, state: index < furthest ? "skipped" : "ahead" };
  });
}
