import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Refusal } from "../backend/backend.ts";
import { component, incident, maintenance, revision, update, uptime, vendor } from "../backend/samples.ts";
import type { ErrorCode } from "../backend/types.ts";
import { clock } from "../state/clock.svelte.ts";
import Age from "./Age.svelte";
import CheckedAge from "./CheckedAge.svelte";
import ComponentNodes from "./ComponentNodes.svelte";
import Failure from "./Failure.svelte";
import HealthWord from "./HealthWord.svelte";
import MaintenanceTime from "./MaintenanceTime.svelte";
import OfficialLink from "./OfficialLink.svelte";
import PageNotes from "./PageNotes.svelte";
import PhaseTrack from "./PhaseTrack.svelte";
import Postmortem from "./Postmortem.svelte";
import TimeLine from "./TimeLine.svelte";
import UptimeBar from "./UptimeBar.svelte";
import VendorLine from "./VendorLine.svelte";
import VendorRow from "./VendorRow.svelte";
import { treeOf } from "../reading/tree.ts";
import { SvelteMap, SvelteSet } from "svelte/reactivity";

beforeEach(() => {
  clock.now = Date.parse("2026-11-27T12:00:00Z");
  clock.zone = "local";
});

afterEach(cleanup);

const text = (element: Element | null | undefined) =>
  element?.textContent?.replaceAll(/\s+/g, " ").trim() ?? "";
const body = () => text(document.body);

describe("an age", () => {
  it("grows without anybody being asked, and gives way to the date when it is no use any more", async () => {
    render(Age, { at: "2026-11-27T11:59:20Z" });
    expect(body()).toBe("40 s ago");
    clock.now += 31_000;
    await tick();
    expect(body()).toBe("1 min ago");
    clock.now = Date.parse("2026-12-24T12:00:00Z");
    await tick();
    expect(body()).toBe("27 Nov, 12:59");
  });

  it("has the moment at hand, in the person's zone and in UTC", () => {
    render(Age, { at: "2026-11-27T11:59:20Z" });
    const time = document.querySelector("time");
    expect(time?.getAttribute("datetime")).toBe("2026-11-27T11:59:20Z");
    expect(time?.title).toBe("12:59 · 2026-11-27 11:59:20 UTC");
  });

  it("of what is known is that of the last good reading, and is never made up", () => {
    render(CheckedAge, { vendor: vendor() });
    expect(body()).toBe("checked 1 min ago");
    cleanup();
    render(CheckedAge, { vendor: vendor({ source: "unreachable", read_at: "2026-11-27T09:00:00Z" }) });
    expect(body()).toBe("read 3 h ago");
    cleanup();
    render(CheckedAge, { vendor: vendor({ read_at: null }) });
    expect(body()).toBe("not read yet");
  });
});

describe("a health", () => {
  it("is told by shape and word", () => {
    render(HealthWord, { health: "partial_outage" });
    expect(body()).toBe("Partial outage");
    expect(document.querySelector("svg path")?.getAttribute("d")).toBeTruthy();
  });

  it("that was read too long ago is not green, while a problem stays", () => {
    render(HealthWord, { health: "operational", old: true });
    expect(body()).toBe("was operational");
    expect(document.querySelector("svg")?.dataset["health"]).toBe("unknown");
    cleanup();
    render(HealthWord, { health: "degraded", old: true });
    expect(body()).toBe("Degraded");
  });
});

describe("a vendor in trouble", () => {
  it("says what is broken, since when, and links to the very incident", () => {
    render(VendorRow, {
      vendor: vendor({ shown: "major_outage", incidents: [incident({ vendor: "Fernpost", id: "a/b" })] }),
    });
    expect(body()).toContain("Fernpost Major outage");
    expect(body()).toContain("2 h");
    expect(body()).toContain("since 11:00");
    expect(screen.getByRole("link", { name: "Letters are late" }).getAttribute("href")).toBe(
      "#/vendor/Fernpost/incident/a%2Fb",
    );
  });

  it("without an incident names its components", () => {
    render(VendorRow, {
      vendor: vendor({ shown: "degraded", troubled: [component({ name: "Search", health: "degraded" })] }),
    });
    expect(body()).toContain("Search Degraded");
    expect(body()).toContain("No incident has been published for this.");
  });

  it("whose page cannot be read is unknown, with the reason and the last word", () => {
    render(VendorRow, {
      vendor: vendor({
        shown: "unknown",
        stale: true,
        source: "unreachable",
        shown_reason: "last word 3 h ago: operational; connection refused",
      }),
    });
    expect(body()).toContain("Page unreachable. Last word 3 h ago: operational; connection refused.");
  });
});

describe("a vendor that is known by a feed alone", () => {
  const feed = (some: Parameters<typeof vendor>[0] = {}) =>
    vendor({ incidents_only: true, shown: "unknown", reported: "unknown", overall_raw: null, ...some });

  it("is marked in a word that is heard, and is not said to be unreadable", () => {
    render(VendorRow, { vendor: feed({ incidents: [incident()] }) });
    expect(body()).toContain("from a feed: incidents only");
    expect(body()).not.toContain("says nothing that could be read");
    cleanup();
    render(VendorLine, { vendor: feed() });
    expect(body()).toContain("Fernpost, Unknown");
    expect(body()).toContain("from a feed: incidents only");
    cleanup();
    render(VendorLine, { vendor: vendor() });
    expect(body()).not.toContain("feed");
  });

  it("still says why, where its page is not read either", () => {
    render(VendorRow, {
      vendor: feed({ stale: true, source: "unreachable", source_reason: "connection refused" }),
    });
    expect(body()).toContain("Page unreachable. Connection refused.");
  });
});

describe("what is doubtful of a page", () => {
  it("is said in sentences, and nothing is said where nothing is", () => {
    render(PageNotes, { vendor: vendor({ doubts: ["this one may be left over"] }) });
    expect(body()).toBe("This one may be left over.");
    cleanup();
    render(PageNotes, { vendor: vendor() });
    expect(body()).toBe("");
  });
});

describe("a vendor that is well", () => {
  it("costs the window few elements, because there may be hundreds", () => {
    render(VendorLine, { vendor: vendor() });
    expect(document.querySelectorAll("li, li *").length).toBeLessThanOrEqual(8);
  });
});

describe("a time line", () => {
  const entries = () => [...document.querySelectorAll("ol > li")].map((entry) => text(entry));

  it("begins with the newest and turns round", async () => {
    render(TimeLine, {
      updates: [
        update(),
        update({ id: "b", phase: "identified", at: "2026-11-27T11:00:00Z", text: "Found it." }),
      ],
      revisions: [revision()],
    });
    expect(entries()).toEqual(["12:00 Identified Found it.", "11:00 Investigating We are looking into it."]);
    await fireEvent.click(screen.getByRole("button", { name: "Oldest first" }));
    expect(entries()[0]).toContain("Investigating");
  });

  it("folds what was said three times and says when it was last said", () => {
    const same = (id: string, at: string) => update({ id, at, text: "Nothing new." });
    render(TimeLine, {
      updates: [
        same("a", "2026-11-27T10:00:00Z"),
        same("b", "2026-11-27T10:20:00Z"),
        same("c", "2026-11-27T11:02:00Z"),
      ],
      revisions: [],
    });
    expect(entries()).toEqual(["11:00 Investigating Nothing new. said 3 times, last 12:02"]);
  });

  it("keeps the words before an edit readable", async () => {
    render(TimeLine, {
      updates: [
        update({
          text: "Five per cent fail.",
          earlier: [
            { recorded_at: "2026-11-27T10:01:00Z", phase: "investigating", text: "One per cent fails." },
          ],
        }),
      ],
      revisions: [],
    });
    expect(body()).not.toContain("One per cent");
    const button = screen.getByRole("button", { name: "show what it said before" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    await fireEvent.click(button);
    expect(body()).toContain("As it was recorded 11:01 One per cent fails.");
  });

  it("keeps what was taken away readable, and marks it", () => {
    render(TimeLine, { updates: [update({ deleted: true })], revisions: [] });
    expect(body()).toContain("Taken away by the vendor");
    expect(text(document.querySelector("del"))).toBe("We are looking into it.");
  });

  it("shows a vendor's markup as text and nothing else", () => {
    const markup = '<img src=x onerror="alert(1)"><b onclick="alert(2)">**bold**</b>';
    render(TimeLine, { updates: [update({ text: markup })], revisions: [] });
    expect(document.querySelector("img, b")).toBeNull();
    expect(body()).toContain(markup);
  });

  it("tells what changed beside the updates, and that the page no longer lists it", () => {
    render(TimeLine, {
      updates: [update()],
      revisions: [
        revision(),
        revision({ recorded_at: "2026-11-27T11:00:00Z", title: "Letters are lost", impact: "critical" }),
        revision({
          recorded_at: "2026-11-27T11:30:00Z",
          title: "Letters are lost",
          impact: "critical",
          listed: false,
        }),
      ],
    });
    expect(entries()).toEqual([
      "12:30 No longer listed on the vendor’s page",
      "12:00 Title changed. It was Letters are lateImpact changed from minor to critical",
      "11:00 Investigating We are looking into it.",
    ]);
  });

  it("names a phase that the vendor invented", () => {
    render(TimeLine, { updates: [update({ phase: "unknown", phase_raw: "Pondering" })], revisions: [] });
    expect(body()).toContain("Unknown “Pondering”");
  });
});

describe("a maintenance", () => {
  it.each([
    [{ overrunning: true, phase: "in_progress" }, "Past its announced end by 1 h"],
    [{ ends_at: "2026-11-27T12:30:00Z" }, "Announced to end in 30 min"],
    [
      { phase: "scheduled", starts_at: "2026-11-28T14:00:00Z", ends_at: null },
      "Begins in 26 h , 28 Nov, 15:00",
    ],
    [{ phase: "cancelled" }, "Cancelled"],
  ] as const)("%j says how it stands to its announced times: %s", (some, said) => {
    render(MaintenanceTime, { maintenance: maintenance(some) });
    expect(body().replace(" ,", ",")).toBe(said.replace(" ,", ","));
  });
});

describe("a link", () => {
  it("shows the host that it opens", () => {
    render(OfficialLink, { url: "https://status.example/incidents/1?x=y" });
    const link = screen.getByRole("link");
    expect(text(link)).toContain("status.example");
    expect(link.title).toBe("Opens status.example in your browser");
  });

  it.each(["http://status.example/", "javascript:alert(1)", "not an address"])(
    "that is not https is shown and cannot be followed: %s",
    (url) => {
      render(OfficialLink, { url });
      expect(screen.queryByRole("link")).toBeNull();
      expect(body()).toContain(url);
    },
  );
});

describe("a track of phases", () => {
  it("marks where the incident stands, for eyes and for a screen reader", () => {
    render(PhaseTrack, {
      stops: [
        { phase: "investigating", at: null, state: "skipped" },
        { phase: "identified", at: "2026-11-27T10:00:00Z", state: "reached" },
        { phase: "resolved", at: null, state: "ahead" },
      ],
    });
    const [skipped, reached, ahead] = screen.getAllByRole("listitem");
    expect(text(skipped)).toBe("Investigating not said");
    expect(reached?.getAttribute("aria-current")).toBe("step");
    expect(text(ahead)).toBe("Resolved not yet");
  });
});

describe("a postmortem", () => {
  it("keeps its paragraphs, and a long one is cut until all of it is wanted", async () => {
    const long = Array.from({ length: 9 }, (_, index) => `Paragraph ${index}.`).join("\n\n");
    render(Postmortem, { postmortem: { text: long, url: null, at: null } });
    expect(body()).not.toContain("Paragraph 8.");
    await fireEvent.click(screen.getByRole("button", { name: "Show all of it" }));
    expect(document.querySelectorAll("p").length).toBeGreaterThanOrEqual(9);
    expect(body()).toContain("Paragraph 8.");
  });
});

describe("uptime", () => {
  it("tells every share in words, what was not observed included", () => {
    render(UptimeBar, {
      component: uptime({
        observed: 0.4,
        seconds: [
          { health: "operational", seconds: 900 },
          { health: "major_outage", seconds: 100 },
        ],
      }),
    });
    expect(screen.getByRole("img").getAttribute("aria-label")).toBe(
      "Share of the 30 days: Operational 36 %, Major outage 4 %, not observed 60 %",
    );
  });
});

describe("a tree of components", () => {
  const components = [
    component({ id: "1", name: "Web" }),
    component({ id: "2", name: "Read", group: ["API"] }),
    component({ id: "3", name: "Write", group: ["API"] }),
  ];
  const show = (ticks: SvelteSet<string> | null, openAll = true) =>
    render(ComponentNodes, {
      nodes: treeOf(components),
      ticks,
      unfolded: new SvelteMap<string, boolean>(),
      openAll,
      old: false,
    });

  it("ticks a whole group at once, and shows that a part of it is ticked", async () => {
    const ticks = new SvelteSet(["1", "2"]);
    show(ticks);
    const group = screen.getByRole<HTMLInputElement>("checkbox", { name: "API, group of 2 components" });
    await waitFor(() => expect(group.indeterminate).toBe(true));
    await fireEvent.click(group);
    expect([...ticks].toSorted()).toEqual(["1", "2", "3"]);
    await fireEvent.click(group);
    expect([...ticks]).toEqual(["1"]);
  });

  it("folds groups up and tells how they are", async () => {
    show(null, false);
    expect(body()).toBe("Web Operational API2 Operational");
    await fireEvent.click(screen.getByRole("button", { name: /API/ }));
    const inside = screen.getByRole("button", { name: /API/ }).closest("li");
    expect(within(inside as HTMLElement).getAllByRole("listitem")).toHaveLength(2);
  });
});

describe("a refusal", () => {
  it.each<ErrorCode>(["usage", "bad_input", "unavailable", "configuration", "not_found", "page", "internal"])(
    "of the kind %s says what happened, why, and what to do next",
    (code) => {
      render(Failure, { refusal: new Refusal({ code, message: "the reason itself" }) });
      const paragraphs = [...document.querySelectorAll("p")].map((paragraph) => text(paragraph));
      expect(paragraphs).toHaveLength(3);
      expect(paragraphs[1]).toBe("The reason itself.");
      for (const paragraph of paragraphs) expect(paragraph.length).toBeGreaterThan(10);
    },
  );

  it("can be tried again", async () => {
    const retry = vi.fn();
    render(Failure, { refusal: new Refusal({ code: "unavailable", message: "" }), retry });
    await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
  });
});

describe("what became known later", () => {
  it("is said of an edit, with when it was recorded", () => {
    render(TimeLine, {
      updates: [
        update({
          edited_at: "2026-11-27T11:14:00Z",
          earlier: [{ recorded_at: "2026-11-27T10:01:00Z", phase: "investigating", text: "All is lost." }],
        }),
      ],
      revisions: [],
    });
    expect(body()).toContain("Edited by the vendor, recorded 12:14");
    expect(body()).not.toContain("All is lost.");
  });

  it("keeps the vendor's own word of a health that nobody knows", () => {
    render(TimeLine, {
      updates: [
        update({
          components: [
            { id: "1", name: "Search", from: "operational", from_raw: "ok", to: "unknown", to_raw: "wobbly" },
          ],
        }),
      ],
      revisions: [],
    });
    expect(body()).toContain("Unknown “wobbly”");
    expect(body()).not.toContain("“ok”");
  });

  it("is said of a maintenance that the page does not list any more", () => {
    render(MaintenanceTime, { maintenance: maintenance({ listed: false, overrunning: true }) });
    expect(body()).toBe("no longer listed");
  });
});
