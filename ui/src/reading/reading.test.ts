import { describe, expect, it } from "vitest";

import {
  component,
  engine,
  incident,
  maintenance,
  revision,
  update,
  uptime,
  vendor,
} from "../backend/samples.ts";
import type { Health } from "../backend/types.ts";
import { hostOf, isAddress, isSamePage, withScheme } from "./address.ts";
import { daysOf, happeningsOf } from "./days.ts";
import { fold } from "./fold.ts";
import { noticesTold } from "./notices.ts";
import { asSentence, headline, paragraphs } from "./sentence.ts";
import { isSilent } from "./silence.ts";
import { leastFirst, percent, tooLittleObserved, uptimeSaid } from "./share.ts";
import { isAcknowledged, isUnderWay, standingOf, troubleSince, vendorsMatching, worst } from "./standing.ts";
import { story, turnsBetween } from "./story.ts";
import { trackOf } from "./track.ts";
import { componentsMatching, ticked, treeOf } from "./tree.ts";

describe("updates", () => {
  const again = (id: string, at: string, some = {}) => update({ id, at, text: "Still looking.", ...some });

  it("that say the same in a row are folded, whatever the space around them", () => {
    const folded = fold([
      update(),
      again("b", "2026-11-27T10:10:00Z"),
      again("c", "2026-11-27T10:20:00Z", { text: " Still looking.\n" }),
      again("d", "2026-11-27T10:30:00Z"),
    ]);
    expect(folded.map(({ all }) => all.map(({ id }) => id))).toEqual([["first"], ["b", "c", "d"]]);
  });

  it("that say the same with something between them are not folded", () => {
    const other = update({ id: "c", text: "Found it." });
    expect(fold([again("b", "1"), other, again("d", "2")])).toHaveLength(3);
  });

  it.each([
    ["was edited", { earlier: [{ recorded_at: "2026-11-27T10:00:00Z", phase: "investigating", text: "x" }] }],
    ["was taken away", { deleted: true }],
    ["is of another phase", { phase: "identified" }],
    ["changed a component", { components: [{ id: null, name: "API", from: "operational", to: "degraded" }] }],
    ["has no text", { text: "" }],
  ] as const)("of which one %s are not folded", (_what, some) => {
    const first = again("b", "1", "text" in some ? some : {});
    expect(fold([first, again("c", "2", some)])).toHaveLength(2);
  });
});

describe("a story", () => {
  it("puts updates and what changed beside them in the order of their times", () => {
    const entries = story(
      [update({ id: "late", at: "2026-11-27T11:00:00Z", text: "Found it." }), update({ id: "early" })],
      [
        revision(),
        revision({ recorded_at: "2026-11-27T10:30:00Z", title: "Letters are lost", impact: "major" }),
      ],
    );
    expect(entries.map(({ key }) => key)).toEqual(["said early", "turned 1", "said late"]);
  });

  it("tells a changed title, impact, list of components and place in the list, and nothing where nothing changed", () => {
    expect(turnsBetween(revision(), revision({ phase: "identified" }))).toEqual([]);
    expect(
      turnsBetween(
        revision({ components: ["API"] }),
        revision({ title: "New", impact: "critical", components: ["API", "Web"], listed: false }),
      ),
    ).toEqual([
      { kind: "title", was: "Letters are late" },
      { kind: "impact", was: "minor", is: "critical" },
      { kind: "components", are: ["API", "Web"] },
      { kind: "listed", is: false },
    ]);
    expect(turnsBetween(revision({ components: ["A", "B"] }), revision({ components: ["B", "A"] }))).toEqual(
      [],
    );
  });

  it("takes the time of recording where the vendor published none", () => {
    const [entry] = story([update({ at: null })], []);
    expect(entry?.at).toBe("2026-11-27T10:01:00Z");
  });
});

describe("the track of phases", () => {
  const states = (stops: ReturnType<typeof trackOf>) => stops.map(({ state }) => state);

  it("shows what the vendor left out as left out, and what is to come as to come", () => {
    const stops = trackOf("incident", "monitoring", [update({ phase: "monitoring" })], null);
    expect(states(stops)).toEqual(["skipped", "skipped", "reached", "ahead"]);
  });

  it("takes the vendor's own time of resolution where no update said it", () => {
    const stops = trackOf("incident", "resolved", [update()], "2026-11-27T12:00:00Z");
    expect(stops.at(-1)).toEqual({ phase: "resolved", at: "2026-11-27T12:00:00Z", state: "reached" });
  });

  it("is at its end for an incident that was written up", () => {
    expect(states(trackOf("incident", "postmortem", [update()], null)).at(-1)).toBe("reached");
  });

  it("does not count an update that was taken away", () => {
    const stops = trackOf(
      "incident",
      "investigating",
      [update(), update({ id: "x", phase: "resolved", deleted: true })],
      null,
    );
    expect(states(stops)).toEqual(["reached", "ahead", "ahead", "ahead"]);
  });

  it("follows a maintenance by words of its own", () => {
    const stops = trackOf("maintenance", "in_progress", [update({ phase: "scheduled" })], null);
    expect(stops.map(({ phase }) => phase)).toEqual(["scheduled", "in_progress", "verifying", "completed"]);
    expect(states(stops)).toEqual(["reached", "reached", "ahead", "ahead"]);
  });
});

describe("vendors", () => {
  it("are grouped by what a person has to know first, and keep their order within a group", () => {
    const standing = standingOf([
      vendor({ vendor: "Broken", shown: "major_outage" }),
      vendor({ vendor: "Slow", shown: "degraded" }),
      vendor({ vendor: "Known", shown: "degraded", incidents: [incident({ acknowledged: true })] }),
      vendor({ vendor: "Told", incidents: [incident({ impact: "none" })] }),
      vendor({ vendor: "Away", shown: "unknown" }),
      vendor({ vendor: "Feed", shown: "unknown", incidents_only: true }),
      vendor({ vendor: "Lost feed", shown: "unknown", incidents_only: true, source: "unreachable" }),
      vendor({ vendor: "Paper", shown: "unknown", incidents_only: true, incidents: [incident()] }),
      vendor({ vendor: "Works", maintenances: [maintenance()] }),
      vendor({ vendor: "Planned", maintenances: [maintenance({ phase: "scheduled" })] }),
    ]);
    const names = Object.entries(standing).map(([key, of]) => [
      key,
      of.map((one: { vendor: string }) => one.vendor),
    ]);
    expect(Object.fromEntries(names)).toEqual({
      problems: ["Broken", "Slow"],
      acknowledged: ["Known"],
      untold: ["Paper"],
      incidents: ["Told"],
      unknown: ["Away", "Lost feed"],
      feeds: ["Feed"],
      maintenance: ["Works"],
      working: ["Planned"],
    });
  });

  it("are acknowledged only if every open incident is, and they account for every component in trouble", () => {
    const api = component({ health: "degraded" });
    const known = incident({ acknowledged: true, components: ["API"] });
    expect(isAcknowledged(vendor({ incidents: [known], troubled: [api] }))).toBe(true);
    expect(isAcknowledged(vendor({ incidents: [known, incident()], troubled: [api] }))).toBe(false);
    expect(
      isAcknowledged(
        vendor({ incidents: [known], troubled: [component({ name: "Web", health: "degraded" })] }),
      ),
    ).toBe(false);
    expect(isAcknowledged(vendor({ incidents: [], troubled: [api] }))).toBe(false);
  });

  it("are found by name, page, component in trouble and incident, without regard to case", () => {
    const all = [
      vendor({ vendor: "Alder", troubled: [component({ name: "Webhooks", health: "degraded" })] }),
      vendor({
        vendor: "Birch",
        page: "https://status.birch.example/",
        incidents: [incident({ title: "Logins fail" })],
      }),
    ];
    const found = (typed: string) => vendorsMatching(all, typed).map((one) => one.vendor);
    expect(found("")).toEqual(["Alder", "Birch"]);
    expect(found(" ALD ")).toEqual(["Alder"]);
    expect(found("webh")).toEqual(["Alder"]);
    expect(found("logins")).toEqual(["Birch"]);
    expect(found("birch.example")).toEqual(["Birch"]);
    expect(found("nothing")).toEqual([]);
  });

  it("are in trouble since the earliest open incident began, or else since it was recorded", () => {
    const late = incident({ started_at: "2026-11-27T11:00:00Z" });
    expect(troubleSince(vendor({ incidents: [late, incident()] }))).toEqual({
      at: "2026-11-27T10:00:00Z",
      said: true,
    });
    expect(troubleSince(vendor({ incidents: [incident({ started_at: null })] }))).toEqual({
      at: "2026-11-20T12:00:00Z",
      said: false,
    });
    expect(troubleSince(vendor({ health_since: null }))).toBeNull();
  });

  it("unknown neither hides nor outranks what is known", () => {
    const of = (...healths: Health[]) => worst(healths);
    expect(of("unknown", "operational")).toBe("operational");
    expect(of("degraded", "unknown", "major_outage")).toBe("major_outage");
    expect(of("unknown")).toBe("unknown");
    expect(of()).toBe("unknown");
  });
});

describe("a component tree", () => {
  const components = [
    component({ id: "1", name: "Console" }),
    component({ id: "2", name: "API", group: ["Europe", "North"], health: "degraded" }),
    component({ id: "3", name: "API", group: ["Europe"] }),
    component({ id: "4", name: "API", group: ["America"] }),
  ];

  it("nests groups in the page's order and tells the worst health below each", () => {
    const [first, europe, america] = treeOf(components);
    expect(first).toMatchObject({ kind: "leaf", component: { id: "1" } });
    expect(europe).toMatchObject({ kind: "group", name: "Europe", health: "degraded" });
    expect(europe?.kind === "group" && europe.children.map(({ kind }) => kind)).toEqual(["group", "leaf"]);
    expect(america).toMatchObject({ name: "America", health: "operational" });
  });

  it("ticks a group wholly, partly or not", () => {
    const leaves = components.slice(1, 3);
    expect(ticked(leaves, new Set(["2", "3"]))).toBe("all");
    expect(ticked(leaves, new Set(["3"]))).toBe("some");
    expect(ticked(leaves, new Set(["1"]))).toBe("none");
  });

  it("is narrowed by a component's name or that of a group around it", () => {
    expect(componentsMatching(components, "europe").map(({ id }) => id)).toEqual(["2", "3"]);
    expect(componentsMatching(components, "console").map(({ id }) => id)).toEqual(["1"]);
    expect(componentsMatching(components, "")).toHaveLength(4);
  });
});

describe("the history", () => {
  it("is grouped by the day in the chosen zone, newest first, and tells nothing twice", () => {
    const happenings = happeningsOf({
      incidents: [
        incident({ id: "noon", started_at: "2026-11-26T12:00:00Z" }),
        incident({ id: "midnight", started_at: "2026-11-26T23:30:00Z" }),
        incident({ id: "noon", started_at: "2026-11-26T12:00:00Z" }),
      ],
      maintenances: [maintenance({ starts_at: null })],
    });
    const told = (zone: "local" | "utc") =>
      daysOf(happenings, zone).map(({ key, happenings: of }) => [key, of.map((one) => one.key)]);
    expect(told("local")).toEqual([
      ["2026-11-27", ["Fernpost/midnight"]],
      ["2026-11-26", ["Fernpost/noon"]],
      [null, ["Fernpost/work"]],
    ]);
    expect(told("utc")[0]).toEqual(["2026-11-26", ["Fernpost/midnight", "Fernpost/noon"]]);
  });

  it("dates an incident without a begin by when it was first recorded", () => {
    const [one] = happeningsOf({ incidents: [incident({ started_at: null })], maintenances: [] });
    expect(one?.at).toBe("2026-11-27T10:01:00Z");
  });
});

describe("a vendor's words", () => {
  it("keep their paragraphs and the lines within them", () => {
    expect(paragraphs("a\nb\n\n \n\nc\n")).toEqual(["a\nb", "c"]);
  });

  it("of a program become a sentence", () => {
    expect(asSentence("the disk is full; free some space")).toBe("The disk is full; free some space.");
    expect(asSentence("Really?")).toBe("Really?");
    expect(asSentence("https://a.example/ is watched already")).toBe(
      "https://a.example/ is watched already.",
    );
    expect(asSentence(" ")).toBe("");
  });
});

describe("a summary", () => {
  it("is told in two parts where it names vendors, and whole where it names none", () => {
    expect(headline("1 of 3 vendors has a problem: Alder: EU; 1 unknown")).toEqual({
      lead: "1 of 3 vendors has a problem",
      names: "Alder: EU; 1 unknown",
    });
    expect(headline("All 3 vendors are fine")).toEqual({ lead: "All 3 vendors are fine", names: "" });
  });
});

describe("a share", () => {
  it.each([
    [1, "100 %"],
    [0.99999, "99.99 %"],
    [0.9995, "99.95 %"],
    [0.9999, "99.99 %"],
    [0, "0 %"],
  ])("of %d is never rounded up: %s", (share, said) => {
    expect(percent(share)).toBe(said);
  });

  it.each([
    [0.9995, 0.41, "99.95 % of the 41 % that was observed"],
    [1, 0.034, "100 % of the 3.4 % that was observed"],
    [1, 0.00002, "Less than 0.1 % of the time was observed"],
    [0, 0, "Not observed"],
    [null, 0.5, "Not observed"],
    [0.00001, 0.5, "less than 0.01 % of the 50 % that was observed"],
  ])("of %j of the time in %j of the month is said with what it is a share of", (up, observed, said) => {
    expect(uptimeSaid(uptime({ up, observed }))).toBe(said);
  });

  it("is not said of anything where next to nothing was observed", () => {
    expect(tooLittleObserved([uptime({ observed: 0.00002 }), uptime({ observed: 0 })])).toBe(
      "Less than 0.1 % of the last 30 days was observed: too little to say how much worked.",
    );
    expect(tooLittleObserved([uptime({ observed: 0, up: null })])).toBe(
      "Nothing of the last 30 days has been observed yet.",
    );
    expect(tooLittleObserved([uptime({ observed: 0.00002 }), uptime({ observed: 0.4 })])).toBeNull();
  });

  it("that is worst comes first, and what was not observed comes last", () => {
    const order = leastFirst([
      uptime({ id: "none", up: null, observed: 0 }),
      uptime({ id: "good", up: 1 }),
      uptime({ id: "bad", up: 0.9 }),
    ]);
    expect(order.map(({ id }) => id)).toEqual(["bad", "good", "none"]);
  });
});

describe("an address", () => {
  it("without a scheme is meant to be https, and one with a scheme is left alone", () => {
    expect(withScheme(" status.example.com ")).toBe("https://status.example.com");
    expect(withScheme("http://127.0.0.1:8477")).toBe("http://127.0.0.1:8477");
    expect(hostOf("status.example.com/incidents/1")).toBe("status.example.com");
    expect(withScheme("//status.example.com/")).toBe("https://status.example.com/");
    expect(hostOf("not an address")).toBe("not an address");
  });

  it.each([
    ["GitHub", false],
    ["Amazon Web Services", false],
    ["Booking.com for partners", false],
    ["C.", false],
    ["github.com", true],
    ["localhost:8477", true],
    ["intranet/status", true],
    ["http://status", true],
    ["//status", true],
  ])("is told from a name: %s", (typed, is) => {
    expect(isAddress(typed)).toBe(is);
  });

  it("is the same with and without a slash at its end, and another with another path", () => {
    expect(isSamePage("https://Status.example.com", "https://status.example.com/")).toBe(true);
    expect(isSamePage("https://status.example.com/eu", "https://status.example.com/us")).toBe(false);
  });
});

describe("an engine", () => {
  const at = "2026-11-27T12:00:00Z";
  const beaten = (heartbeat_at: string, running = true) => engine({ running, heartbeat_at });

  it("is silent where it says so, where its loop stood still and where it does not answer", () => {
    expect(isSilent({ engine: beaten(at), at, waited: 20_000 })).toBe(false);
    expect(isSilent({ engine: beaten(at, false), at, waited: 0 })).toBe(true);
    expect(isSilent({ engine: beaten("2026-11-27T11:57:00Z"), at, waited: 0 })).toBe(true);
    expect(isSilent({ engine: beaten(at), at, waited: 130_000 })).toBe(true);
  });

  it("is not called silent when the computer has just woken from a night", () => {
    // The clock on the wall is hours ahead of the last answer; the one that sleeps with the computer is not.
    expect(isSilent({ engine: beaten(at), at, waited: 15_000 })).toBe(false);
  });
});

describe("notices", () => {
  const notices = [
    { id: "engine", text: "Signalbox stopped checking." },
    { id: "store", text: "the disk is full" },
    { id: "tray", text: "There is no tray." },
  ];
  const ids = (told: ReturnType<typeof noticesTold>) => told.others.map(({ id }) => id);

  it("do not say again what the engine says itself", () => {
    const full = noticesTold(notices, engine({ store_trouble: "the disk is full" }), true);
    expect([full.stopped, ids(full)]).toEqual(["Signalbox stopped checking.", ["tray"]]);
  });

  it("are all said where the engine says nothing", () => {
    const well = noticesTold(notices, engine(), false);
    expect([well.stopped, ids(well)]).toEqual([null, ["engine", "store", "tray"]]);
  });
});

describe("an acknowledged vendor", () => {
  const search = component({ id: "1", name: "Search", health: "degraded" });
  const said = (component_ids: (string | null)[]) =>
    vendor({
      shown: "degraded",
      troubled: [search],
      incidents: [incident({ acknowledged: true, components: ["Search"], component_ids })],
    });

  it("has components told apart by their ids, because names repeat", () => {
    expect(isAcknowledged(said(["1"]))).toBe(true);
    expect(isAcknowledged(said(["2"]))).toBe(false);
    expect(isAcknowledged(said([null]))).toBe(true);
  });
});

describe("a maintenance that is no longer listed", () => {
  it("is not under way, as far as is known", () => {
    expect(isUnderWay(maintenance({ phase: "in_progress" }))).toBe(true);
    expect(isUnderWay(maintenance({ phase: "in_progress", listed: false }))).toBe(false);
  });
});
