import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { POLICY } from "../build/content-security-policy.ts";
import { type Scene, Stand } from "./stand.ts";

const stand = new Stand();
let axe = "";

beforeAll(async () => {
  await stand.start();
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});

afterAll(() => stand.stop());

interface Seen extends Scene {
  name: string;
  /** Text that is there when the place is whole. */
  until: string | RegExp;
  /** What is done first. */
  before?: (page: Page) => Promise<void>;
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();

async function add(page: Page, typed: string) {
  await page.getByRole("combobox").fill(typed);
  await page.keyboard.press("Enter");
}

const PLACES: Seen[] = [
  { name: "the overview in a storm", until: "About 60 % of the affected" },
  { name: "the overview in calm", state: "calm", until: "All 40 vendors are fine" },
  { name: "the overview when not all is known", state: "partly", until: "2 of 40 vendors are unknown" },
  { name: "the overview without vendors", state: "empty", until: "No vendor is watched yet" },
  { name: "the overview offline", state: "offline", until: "This computer is offline" },
  {
    name: "the overview of an engine that stopped",
    state: "stopped",
    until: "Signalbox has stopped checking",
  },
  { name: "the overview while paused", state: "paused", until: "Notifications are paused" },
  { name: "the overview while nothing can be recorded", state: "trouble", until: "Nothing can be recorded" },
  { name: "the offer to start at login", state: "welcome", until: "Start Signalbox when you log in?" },
  { name: "an engine that does not answer", state: "silent", until: "Signalbox does not answer" },
  { name: "a vendor in trouble", at: "/vendor/Harborline%20Cloud", until: "of the 39 % that was observed" },
  { name: "a vendor whose page is unreachable", at: "/vendor/Tidewater%20DNS", until: "was operational" },
  { name: "a locked vendor", at: "/vendor/Granite%20Git", until: "which is included" },
  { name: "a vendor with many components", at: "/vendor/Saltmarsh%20Storage", until: "Stockholm" },
  { name: "a vendor that is not watched", at: "/vendor/Nobody", until: "This vendor is not watched" },
  {
    name: "the choice of components",
    at: "/vendor/Mintpath%20Payments",
    until: "Save the choice",
    before: press("Choose components"),
  },
  {
    name: "the menu to mute",
    at: "/vendor/Packetree",
    until: "Until I lift it",
    before: (page) => page.getByText("Mute").first().click(),
  },
  {
    name: "the question whether to stop watching",
    at: "/vendor/Packetree",
    until: "Its history is kept",
    before: press("Stop watching…"),
  },
  {
    name: "an open incident",
    at: "/vendor/Harborline%20Cloud/incident/hl-4821",
    until: "said 3 times, last",
  },
  {
    name: "words before an edit",
    at: "/vendor/Harborline%20Cloud/incident/hl-4821",
    until: "within 15 minutes",
    before: press("show what it said before"),
  },
  { name: "a past incident with a postmortem", at: "/incident/lp-61", until: "eleven weeks" },
  {
    name: "an incident that is no longer listed",
    at: "/incident/sm-301",
    until: "never said that it is resolved",
  },
  { name: "a maintenance that overruns", at: "/incident/av-9", until: "Past its announced end by" },
  { name: "an incident that is not known", at: "/incident/nothing", until: "This is not known here" },
  { name: "the history", at: "/history", until: "Show more" },
  {
    name: "finds",
    at: "/history",
    until: /The newest|finds/,
    before: (page) => page.getByRole("searchbox").fill("database"),
  },
  { name: "a moment", at: "/moment", until: "Known now", before: press("Look it up") },
  { name: "the place to add a page", at: "/add", until: "76 vendors are known by name" },
  {
    name: "the suggestions for what is typed",
    at: "/add",
    until: "Harbourmaster",
    before: async (page) => {
      await page.getByRole("combobox").fill("har");
      await page.getByRole("option", { name: "Harbourmaster" }).waitFor();
      await page.keyboard.press("ArrowDown");
    },
  },
  {
    name: "a name that nobody has",
    at: "/add",
    until: "No vendor like “zzzz” is known.",
    before: (page) => page.getByRole("combobox").fill("zzzz"),
  },
  {
    name: "a name that several have",
    at: "/add",
    until: "Mercury (https://status.mercury-bank.example/)",
    before: (page) => add(page, "mercury"),
  },
  {
    name: "a page that is being asked",
    at: "/add",
    until: "Asking status.wren.example what it is…",
    before: (page) => add(page, "status.wren.example"),
  },
  {
    name: "a page that was added",
    at: "/add",
    until: "What do you depend on?",
    before: (page) => add(page, "tidemark"),
  },
  {
    name: "a feed that was added",
    at: "/add",
    until: "Of everything they do not tell of, nothing is known.",
    before: (page) => add(page, "haven-health.example"),
  },
  {
    name: "a page that could not be added",
    at: "/add",
    until: "it is not readable by programs",
    before: (page) => add(page, "https://nothing.example"),
  },
  {
    name: "a vendor that is known by a feed alone",
    at: "/vendor/Yarrow%20Payroll",
    until: "this one may be left over",
  },
  { name: "a vendor that builds on others", at: "/vendor/Marlow%20Desk", until: "services of others" },
  { name: "an overview of 200 vendors", state: "many", until: "Told by feeds, no incident open" },
  { name: "an overview of long names", state: "crowded", until: "and 11 more open incidents" },
  {
    name: "a vendor with a long name and 500 components",
    state: "crowded",
    until: "Region 13",
    before: (page) => page.getByRole("link", { name: /^Donau/ }).click(),
  },
  {
    name: "a vendor that writes from right to left",
    state: "crowded",
    until: "Open incidents",
    before: (page) => page.getByRole("link", { name: /المنارة/ }).click(),
  },
  {
    name: "an incident with a long title and 60 components",
    state: "crowded",
    until: "and 50 more",
    before: (page) => page.getByRole("link", { name: /^We are currently/ }).click(),
  },
  { name: "a history of 300 incidents", state: "crowded", at: "/history", until: "Show more" },
  {
    name: "a vendor watched for a minute",
    state: "started",
    at: "/vendor/Harborline%20Cloud",
    until: "Less than 0.1 % of the last 30 days was observed",
  },
  { name: "the settings", at: "/about", until: "Start at login" },
  { name: "the list of keys", until: "This list", before: press("Keyboard shortcuts") },
];

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // By way of the debugger: the window's policy lets nobody add a script to its own.
  await page.evaluate(axe);
  return page.evaluate(async (only) => {
    const library = (globalThis as unknown as { axe: typeof import("axe-core") }).axe;
    const options = only ? { runOnly: { type: "rule" as const, values: only } } : {};
    const { violations: found } = await library.run(document, options);
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`),
    );
  }, rules);
}

describe("a place", () => {
  it.each(PLACES)(
    "$name is accessible in both themes, breaks no policy and fits",
    async ({ until, before, ...scene }) => {
      const { page, complaints, close } = await stand.open({
        ...scene,
        options: { colorScheme: "light", reducedMotion: "reduce" },
      });
      try {
        await before?.(page);
        await page.getByText(until).first().waitFor();
        expect(await violations(page), "in light").toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        // Nothing but colours differs between the themes.
        expect(await violations(page, ["color-contrast", "link-in-text-block"]), "in dark").toEqual([]);
        for (const width of [480, 1600]) {
          await page.setViewportSize({ width, height: 640 });
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, `at ${width} pixels`).toBeLessThanOrEqual(0);
        }
        expect(await page.locator("h1").count()).toBe(1);
        expect(complaints).toEqual([]);
      } finally {
        await close();
      }
    },
  );
});

describe("the check itself", () => {
  it("finds a fault where there is one", async () => {
    const { page, close } = await stand.open();
    await page.evaluate(() => document.querySelector("main")?.append(document.createElement("button")));
    expect((await violations(page)).join()).toContain("button-name");
    await close();
  });
});

describe("the policy", () => {
  it("is the program's own, and a browser holds the window to it", async () => {
    const { page, complaints, close } = await stand.open();
    const policy = await page.locator("meta[http-equiv]").getAttribute("content");
    expect(policy).toBe(POLICY);
    expect(POLICY).not.toContain("unsafe");
    await page.evaluate(() => {
      const style = document.createElement("p");
      style.setAttribute("style", "color: red");
      document.body.append(style);
    });
    await expect.poll(() => complaints.join()).toContain("style-src 'self'");
    await close();
  });
});
