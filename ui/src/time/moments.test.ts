import { describe, expect, it } from "vitest";

import {
  age,
  between,
  clockTime,
  dayOf,
  duration,
  fromField,
  inUtc,
  isForever,
  longDate,
  moment,
  toField,
  tomorrowMorning,
} from "./moments.ts";

const [s, min, h] = [1000, 60_000, 3_600_000];

describe("a length of time", () => {
  it.each([
    [0, "0 s"],
    [-5 * s, "0 s"],
    [45 * s, "45 s"],
    [60 * s, "1 min"],
    [3 * min + 20 * s, "3 min 20 s"],
    [10 * min + 20 * s, "10 min"],
    [52 * min, "52 min"],
    [60 * min, "1 h"],
    [41 * h + 4 * min, "41 h 4 min"],
    [20 * h + 17 * min + 59 * s, "20 h 17 min"],
    [24 * 40 * h, "960 h"],
  ])("of %d ms is said exactly, and never in days: %s", (length, said) => {
    expect(duration(length)).toBe(said);
  });

  it("that is an age moves in steps of five seconds, then of minutes", () => {
    expect(age(44 * s)).toBe("40 s");
    expect(age(59 * s)).toBe("55 s");
    expect(age(3 * min + 20 * s)).toBe("3 min");
    expect(age(2 * h + 59 * s)).toBe("2 h");
    expect(age(-3 * s)).toBe("0 s");
  });

  it("between two moments is none where one is missing or they are the wrong way round", () => {
    expect(between("2023-11-09T19:46:00Z", "2023-11-11T12:50:00Z")).toBe(41 * h + 4 * min);
    expect(between(null, "2023-11-11T12:50:00Z")).toBeNull();
    expect(between("2023-11-09T19:46:00Z", null)).toBeNull();
    expect(between("2023-11-11T12:50:00Z", "2023-11-09T19:46:00Z")).toBeNull();
    expect(between("yesterday", "2023-11-09T19:46:00Z")).toBeNull();
  });
});

describe("a moment", () => {
  const now = new Date("2026-11-27T12:00:00Z");

  it("of today is said by its time alone, in the person's zone", () => {
    expect(moment(new Date("2026-11-27T08:14:00Z"), now, "local")).toBe("09:14");
  });

  it("of another day is said with its date, and of another year with its year", () => {
    expect(moment(new Date("2026-11-09T19:46:00Z"), now, "local")).toBe("9 Nov, 20:46");
    expect(moment(new Date("2023-11-09T19:46:00Z"), now, "local")).toBe("9 Nov 2023, 20:46");
  });

  it("in UTC says so", () => {
    expect(moment(new Date("2026-11-27T08:14:00Z"), now, "utc")).toBe("08:14 UTC");
    expect(inUtc(new Date("2026-11-27T08:14:05.600Z"))).toBe("2026-11-27 08:14:05 UTC");
  });

  it("just before midnight UTC is on the next day in Berlin", () => {
    const late = new Date("2026-11-26T23:30:00Z");
    expect(dayOf(late, "local")).toBe("2026-11-27");
    expect(dayOf(late, "utc")).toBe("2026-11-26");
    expect(clockTime(late, "local")).toBe("00:30");
    expect(longDate(late, "utc")).toBe("Thursday, 26 November 2026");
  });

  it("goes through a date field and back", () => {
    const at = new Date("2026-11-24T13:32:00Z");
    expect(toField(at)).toBe("2026-11-24T14:32");
    expect(fromField(toField(at))?.getTime()).toBe(at.getTime());
    expect(fromField("2026-11-24 14:32")?.getTime()).toBe(at.getTime());
    expect(fromField("")).toBeNull();
    expect(fromField("last Tuesday")).toBeNull();
  });

  it("until tomorrow is at eight in the morning, also where the clocks change in the night", () => {
    expect(toField(tomorrowMorning(new Date("2026-10-24T20:00:00Z")))).toBe("2026-10-25T08:00");
  });

  it("in the far future stands for: until it is lifted", () => {
    expect(isForever("9999-01-01T00:00:00Z")).toBe(true);
    expect(isForever("2026-11-28T08:00:00Z")).toBe(false);
  });
});
