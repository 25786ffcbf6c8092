// Lengths of time and moments in words. The lengths are exact and never in days: "41 h 4 min".
import { words } from "../words/en.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A length of time in milliseconds, exact: "41 h 4 min", "52 min", "3 min 20 s", "45 s". A negative one counts as none. */
export function duration(length: number): string {
  const all = Math.max(0, Math.floor(length / SECOND));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes >= 10 || (minutes > 0 && seconds === 0)) return `${minutes} min`;
  if (minutes > 0) return `${minutes} min ${seconds} s`;
  return `${seconds} s`;
}

/** How long ago something was, as calmly as its age allows: seconds in fives, then minutes, then hours and minutes. */
export function age(length: number): string {
  if (length < MINUTE) return duration(Math.max(0, Math.floor(length / (5 * SECOND)) * 5 * SECOND));
  return duration(Math.floor(length / MINUTE) * MINUTE);
}

/** Ages above this are no use to anybody; the date is. */
export const LONGEST_AGE = 48 * HOUR;

/** The time between two moments; `null` where one is missing or they are the wrong way round. */
export function between(from: string | null, until: string | null): number | null {
  if (from === null || until === null) return null;
  const length = Date.parse(until) - Date.parse(from);
  return Number.isNaN(length) || length < 0 ? null : length;
}

/** In which zone moments are written: the person's own, or UTC. */
export type Zone = "local" | "utc";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${zone} ${key}`;
  let found = formats.get(id);
  if (!found) {
    found = new Intl.DateTimeFormat(words.language, {
      ...options,
      timeZone: zone === "utc" ? "UTC" : undefined,
    });
    formats.set(id, found);
  }
  return found;
}

/** The calendar day of a moment, as a key that sorts: "2026-11-27". */
export function dayOf(at: Date, zone: Zone): string {
  const parts = format(zone, "key", { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(at);
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** "20:14" */
export function clockTime(at: Date, zone: Zone): string {
  return format(zone, "clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** "9 Nov", with the year where it is another one than now's. */
export function shortDate(at: Date, now: Date, zone: Zone): string {
  const year = (of: Date) => dayOf(of, zone).slice(0, 4);
  return year(at) === year(now)
    ? format(zone, "short", { day: "numeric", month: "short" }).format(at)
    : format(zone, "short year", { day: "numeric", month: "short", year: "numeric" }).format(at);
}

/** "Thursday, 9 November 2023" */
export function longDate(at: Date, zone: Zone): string {
  const day = format(zone, "weekday", { weekday: "long" }).format(at);
  return `${day}, ${format(zone, "long", { day: "numeric", month: "long", year: "numeric" }).format(at)}`;
}

/** A moment, as short as it can be said: today's by its time alone. */
export function moment(at: Date, now: Date, zone: Zone): string {
  const time = clockTime(at, zone);
  const said = dayOf(at, zone) === dayOf(now, zone) ? time : `${shortDate(at, now, zone)}, ${time}`;
  return zone === "utc" ? `${said} UTC` : said;
}

/** A moment in full, in UTC: "2023-11-09 19:46:00 UTC". */
export function inUtc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** The name of the person's own zone: "Europe/Berlin". */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The next morning, as the end of a pause "until tomorrow": at eight in the person's zone. */
export function tomorrowMorning(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
}

/** What stands for "until it is lifted" where a time must be given: years beyond anything that somebody chose. */
export function isForever(until: string): boolean {
  return Date.parse(until) >= Date.UTC(9000, 0);
}

/** The value of a `datetime-local` field as a moment in the person's zone. */
export function fromField(value: string): Date | null {
  // Where there is no such field, the person types the moment.
  const at = new Date(value.trim().replace(" ", "T"));
  return value === "" || Number.isNaN(at.getTime()) ? null : at;
}

/** A moment as the value of a `datetime-local` field. */
export function toField(at: Date): string {
  const pad = (part: number) => String(part).padStart(2, "0");
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}
