import type { HistoryView, IncidentView, MaintenanceView } from "../backend/types.ts";
import { dayOf, type Zone } from "../time/moments.ts";

/** Something in the history. */
export type Happening =
  | { kind: "incident"; key: string; at: string; incident: IncidentView }
  | { kind: "maintenance"; key: string; at: string | null; maintenance: MaintenanceView };

/** What began on one day; the day is `null` where no time is known. */
export interface Day {
  key: string | null;
  at: Date | null;
  happenings: Happening[];
}

/** Incidents and maintenances in one list, as one part of the history gives them. */
export function happeningsOf(part: Pick<HistoryView, "incidents" | "maintenances">): Happening[] {
  return [
    ...part.incidents.map((incident): Happening => ({
      kind: "incident",
      key: `${incident.vendor}/${incident.id}`,
      at: incident.started_at ?? incident.first_recorded_at,
      incident,
    })),
    ...part.maintenances.map((maintenance): Happening => ({
      kind: "maintenance",
      key: `${maintenance.vendor}/${maintenance.id}`,
      at: maintenance.starts_at ?? null,
      maintenance,
    })),
  ];
}

/** What happened by the day on which it began, newest first. What was told twice is there once. */
export function daysOf(happenings: readonly Happening[], zone: Zone): Day[] {
  const known = new Map(happenings.map((happening) => [happening.key, happening]));
  const time = ({ at }: Happening) => (at === null ? 0 : Date.parse(at));
  const sorted = [...known.values()].toSorted((one, other) => time(other) - time(one));
  const days: Day[] = [];
  for (const happening of sorted) {
    const at = happening.at === null ? null : new Date(happening.at);
    const key = at === null ? null : dayOf(at, zone);
    const last = days.at(-1);
    if (last && last.key === key) last.happenings.push(happening);
    else days.push({ key, at, happenings: [happening] });
  }
  return days;
}
