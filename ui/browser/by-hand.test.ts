import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { Hint, Notice, Route } from "../src/backend/types.ts";
import { type Opened, type Scene, Stand } from "./stand.ts";

const stand = new Stand();
let opened: Opened | undefined;

beforeAll(() => stand.start());
afterAll(() => stand.stop());
afterEach(async () => {
  expect(opened?.complaints).toEqual([]);
  await opened?.close();
  opened = undefined;
});

async function open(scene: Scene = {}): Promise<Page> {
  opened = await stand.open(scene);
  return opened.page;
}

interface World {
  hint: (hint: Hint) => void;
  route: (route: Route) => void;
  notices: (notices: Notice[]) => void;
  openLink: (url: string) => Promise<void>;
}

const world = <T>(page: Page, name: keyof World, value: T) =>
  page.evaluate(
    ([method, payload]) => {
      const { world: recorded } = globalThis as unknown as {
        world: Record<string, (value: unknown) => void>;
      };
      recorded[method as string]?.(payload);
    },
    [name, value] as const,
  );

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
const address = (page: Page) => page.evaluate(() => decodeURIComponent(location.hash));
const heading = (page: Page) => page.locator("h1");
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

describe("by keyboard alone", () => {
  it("one goes from the overview to a vendor, its incident and back", async () => {
    const page = await open();
    await page.getByText("About 60 %").waitFor();
    await page.keyboard.press("j");
    expect(await focused(page)).toBe("Harborline Cloud");
    await page.keyboard.press("ArrowDown");
    expect(await focused(page)).toBe("Virtual machines in North cannot be started or reached");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await heading(page).getByText("Harborline Cloud").waitFor();
    await page.getByText("Open incidents").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await heading(page).getByText("Virtual machines in North").waitFor();
    await page.keyboard.press("Escape");
    await heading(page).getByText("Harborline Cloud").waitFor();
    await page.keyboard.press("Escape");
    await heading(page).getByText("vendors have problems").waitFor();
  });

  it("one filters, and Esc leaves the field", async () => {
    const page = await open();
    await page.getByRole("searchbox").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("webhooks");
    await expect
      .poll(() => page.locator("main li [data-row]").first().textContent())
      .toBe("Mintpath Payments");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    expect(await focused(page)).toBe("Mintpath Payments");
  });

  it("one reads the list of keys, and Esc closes it without going anywhere", async () => {
    const page = await open({ at: "/vendor/Packetree" });
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await address(page)).toBe("#/vendor/Packetree");
  });

  it("one opens each place by a number, and letters typed into a field stay there", async () => {
    const page = await open();
    await page.keyboard.press("2");
    await heading(page).getByText("History").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("123?rjk");
    expect(await page.getByRole("searchbox").inputValue()).toBe("123?rjk");
    expect(await address(page)).toBe("#/history");
    await page.keyboard.press("Escape");
    await page.keyboard.press("3");
    await heading(page).getByText("Add a page").waitFor();
    await page.keyboard.press("1");
    await heading(page).getByText("vendors have problems").waitFor();
  });

  it("one mutes from the menu; Esc closes the menu only", async () => {
    const page = await open({ at: "/vendor/Packetree" });
    const menu = page.locator("summary", { hasText: "Mute" });
    await menu.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await button(page, "For 1 hour").waitFor({ state: "hidden" });
    expect(await address(page)).toBe("#/vendor/Packetree");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("For 1 hour");
    await page.keyboard.press("Enter");
    await page.getByText("Muted until").waitFor();
  });

  it("every stop of the Tab key is seen", async () => {
    const page = await open({ at: "/vendor/Mintpath%20Payments" });
    await button(page, "Choose components").waitFor();
    const unseen: string[] = [];
    for (let stop = 0; stop < 30; stop += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return "body";
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const { width, height } = element.getBoundingClientRect();
        const visible =
          outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && width > 0 && height > 0;
        return visible ? "" : element.outerHTML.slice(0, 120);
      });
      if (seen === "body") break;
      if (seen !== "") unseen.push(seen);
    }
    expect(unseen).toEqual([]);
  });
});

describe("what is chosen", () => {
  it("is saved on demand, said, and taken back by undo", async () => {
    const page = await open({ at: "/vendor/Harborline%20Cloud" });
    await button(page, "Choose components").click();
    await button(page, "Untick everything").click();
    await page.getByText("Tick at least one component").waitFor();
    await page.getByLabel("Storage, group of 3 components").check();
    await button(page, "Save the choice").click();
    await page.getByText("3 of 18 components of Harborline Cloud count.").waitFor();
    expect(await focused(page)).toBe("Choose components");
    await page.locator("header .word", { hasText: "Partial outage" }).waitFor();
    await button(page, "Undo").click();
    await page.getByText("Everything counts").waitFor();
    await page.locator("header .word", { hasText: "Major outage" }).waitFor();
  });

  it("cannot be changed where the entry is locked, and the reason is said", async () => {
    const page = await open({ at: "/vendor/Granite%20Git" });
    await page.getByText("/srv/team/vendors.toml, which is included").waitFor();
    await page.getByText("Git over SSH").first().waitFor();
    expect(await button(page, "Choose components").count()).toBe(0);
    expect(await button(page, /Stop watching/).count()).toBe(0);
  });
});

describe("an incident", () => {
  it("that is acknowledged stays in sight, and counts again by undo", async () => {
    const page = await open({ at: "/vendor/Packetree/incident/pt-990" });
    await button(page, "Acknowledge").click();
    await button(page, "Count it again").waitFor();
    await page.keyboard.press("1");
    await page.getByRole("heading", { name: /^Acknowledged/ }).waitFor();
    await heading(page).getByText("3 of 39").waitFor();
    expect(await heading(page).textContent()).not.toContain("Packetree");
    await page.getByRole("link", { name: "Higher error rates" }).click();
    await button(page, "Count it again").click();
    await button(page, "Undo").waitFor();
    await button(page, "Acknowledge").waitFor();
  });

  it("is where a clicked notification leads, wherever the window was", async () => {
    const page = await open({ at: "/about" });
    await heading(page).getByText("Settings").waitFor();
    await world(page, "route", { view: "incident", vendor: "Packetree", id: "pt-990" } satisfies Route);
    await heading(page).getByText("Higher error rates at European edges").waitFor();
    await world(page, "route", { view: "incident", vendor: null, id: "hl-4821" } satisfies Route);
    await heading(page).getByText("Virtual machines in North").waitFor();
  });

  it("shows its times in UTC on demand", async () => {
    const page = await open({ at: "/incident/lp-61" });
    await page.getByText("Times in Europe/Berlin").waitFor();
    await page.keyboard.press("u");
    await page.getByText("Times in UTC.").waitFor();
    expect(await page.locator("dd time").first().textContent()).toMatch(/UTC$/);
  });

  it("opens its official page by way of the program and stays where it is", async () => {
    const page = await open({ at: "/incident/lp-61" });
    await page.evaluate(() => {
      const { world: recorded } = globalThis as unknown as { world: World & { opened?: string } };
      recorded.openLink = (url) => {
        recorded.opened = url;
        return Promise.resolve();
      };
    });
    await page.getByRole("link", { name: "status.lumen-push.example" }).click();
    const url = await page.evaluate(
      () => (globalThis as unknown as { world: { opened?: string } }).world.opened,
    );
    expect(url).toBe("https://status.lumen-push.example/incidents/lp-61");
    expect(await address(page)).toBe("#/incident/lp-61");
  });
});

describe("a vendor", () => {
  it("is removed after a question in place, and its history is still found", async () => {
    const page = await open({ at: "/vendor/Marlow%20Desk" });
    await button(page, "Stop watching…").click();
    expect(await focused(page)).toBe("Cancel");
    await button(page, "Stop watching").last().click();
    await page.getByText("Marlow Desk is no longer watched. Its history is kept.").waitFor();
    expect(await page.getByRole("link", { name: "Marlow Desk" }).count()).toBe(0);
    await page.keyboard.press("2");
    const past = page
      .getByRole("listitem")
      .filter({ hasText: "Agents cannot open tickets in Prod1" })
      .first();
    await past.getByText("no longer watched").waitFor();
    await past.getByRole("link").click();
    await page.getByText("Timeline").waitFor();
    await page.getByText("no longer watched").waitFor();
  });

  it("whose page cannot be read is accepted as unreadable, and counts again", async () => {
    const page = await open({ at: "/vendor/Oakwire%20Voice" });
    await button(page, "Accept as unreadable").click();
    await page.getByText("Oakwire Voice no longer counts for the overall health.").waitFor();
    await button(page, "Count it again").click();
    await page.getByText("Oakwire Voice counts again.").waitFor();
  });

  it("is asked at once on demand, in words", async () => {
    const page = await open({ at: "/vendor/Packetree" });
    await button(page, "Check now").waitFor();
    await page.keyboard.press("r");
    await page.getByText("Asking Packetree’s page…").waitFor();
    await page.getByText("just now").first().waitFor();
    await button(page, "Check now").waitFor();
  });

  it("is added by its address, and its components are chosen at once", async () => {
    const page = await open({ at: "/add" });
    await button(page, /^Add$/).click();
    await page.getByText("Name a vendor, or paste an address, first.").waitFor();
    await page.getByRole("combobox").fill("status.wren.example/incidents/12");
    await page.keyboard.press("Enter");
    await page.getByText("Asking status.wren.example what it is…").waitFor();
    await heading(page).getByText("Wren is watched now").waitFor();
    await page.getByLabel("Dashboard").uncheck();
    await button(page, "Save the choice").click();
    await page.getByText("4 of 5 components of Wren count.").waitFor();
    await page.getByRole("link", { name: "See Wren" }).click();
    await page.getByText("4 of 5 components chosen").waitFor();
  });

  it("is found by its name and added by keyboard alone", async () => {
    const page = await open();
    await page.keyboard.press("3");
    await heading(page).getByText("Add a page").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("harb");
    const option = page.getByRole("option", { name: "Harbourmaster" });
    await option.waitFor();
    await page.keyboard.press("Escape");
    await option.waitFor({ state: "detached" });
    expect(await address(page)).toBe("#/add");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await option.getAttribute("aria-selected")).toBe("true");
    expect(await page.getByRole("combobox").getAttribute("aria-activedescendant")).toBe(
      await option.getAttribute("id"),
    );
    await page.keyboard.press("Enter");
    await page.getByText("Asking status.harbourmaster.example what it is…").waitFor();
    await heading(page).getByText("Harbourmaster is watched now").waitFor();
    await button(page, "Add another page").click();
    expect(await page.getByRole("combobox").inputValue()).toBe("");
    await page.keyboard.type("harbourm");
    await option.getByText("watched").waitFor();
    await option.click();
    await heading(page).getByText("Harbourmaster").waitFor();
    expect(await address(page)).toBe("#/vendor/Harbourmaster");
  });

  it("that the filter does not find is looked for in the directory", async () => {
    const page = await open();
    await page.getByRole("searchbox").fill("harrow");
    await page.getByRole("link", { name: "Look for it in the directory of vendors" }).click();
    await page.getByRole("option", { name: "Harrow Deploys" }).click();
    await heading(page).getByText("Harrow Deploys is watched now").waitFor();
  });

  it("that another one builds on is watched by one press", async () => {
    const page = await open({ at: "/vendor/Marlow%20Desk" });
    await page.getByRole("link", { name: "Lumen Push" }).waitFor();
    await button(page, "Watch Glasswing AI").click();
    await page.getByText("Asking status.glasswing.example what it is…").waitFor();
    await page.getByText("Glasswing AI is watched now").waitFor();
    await page.getByRole("link", { name: "Glasswing AI" }).click();
    await heading(page).getByText("Glasswing AI").waitFor();
  });
});

describe("two hundred vendors", () => {
  it("are laid out as far as they are in sight, and each is reached by its letters and keys", async () => {
    const page = await open({ state: "many" });
    await heading(page).getByText("vendors have problems").waitFor();
    const rows = page.locator("main li:has(> [data-row], > .what [data-row])");
    expect(await rows.count()).toBeGreaterThan(190);
    const skipped = await rows.evaluateAll(
      (all) =>
        all.filter((row) => !row.querySelector("a")?.checkVisibility({ contentVisibilityAuto: true })).length,
    );
    expect(skipped).toBeGreaterThan(150);
    await page.keyboard.press("k");
    expect(await focused(page)).toContain("Zephyr Functions 5");
    await expect
      .poll(() =>
        page.evaluate(() => document.activeElement?.checkVisibility({ contentVisibilityAuto: true })),
      )
      .toBe(true);
  });
});

describe("back", () => {
  it("leads to where one came from, whichever way one went back before", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Packetree", exact: true }).click();
    await heading(page).getByText("Packetree").waitFor();
    await page.getByRole("link", { name: "Higher error rates at European edges" }).click();
    await heading(page).getByText("Higher error rates").waitFor();
    await page.goBack();
    await heading(page).getByText("Packetree").waitFor();
    await page.keyboard.press("Escape");
    await heading(page).getByText("vendors have problems").waitFor();
    await page.getByRole("link", { name: "Packetree", exact: true }).click();
    await heading(page).getByText("Packetree").waitFor();
    await page.goBack();
    await heading(page).getByText("vendors have problems").waitFor();
    await page.goForward();
    await heading(page).getByText("Packetree").waitFor();
    await page.keyboard.press("Escape");
    await heading(page).getByText("vendors have problems").waitFor();
  });

  it("finds the window as it was left: its filter, its place and what was pointed at", async () => {
    const page = await open();
    await page.getByRole("searchbox").fill("e");
    const row = page.getByRole("link", { name: "Zephyr Functions" });
    await row.focus();
    await row.scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    expect(before).toBeGreaterThan(200);
    await page.keyboard.press("Enter");
    await heading(page).getByText("Zephyr Functions").waitFor();
    await page.keyboard.press("Escape");
    await heading(page).getByText("vendors have problems").waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("e");
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
    await expect.poll(() => focused(page)).toContain("Zephyr Functions");
  });

  it("finds a place again although what lies above it has to be looked up anew", async () => {
    const page = await open({ at: "/vendor/Saltmarsh%20Storage" });
    await page.getByText("Past incidents").waitFor();
    const row = page.locator("main [data-row]").last();
    await row.scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    await row.click();
    await page.getByText("Timeline").waitFor();
    await page.keyboard.press("Escape");
    await heading(page).getByText("Saltmarsh Storage").waitFor();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
  });
});

describe("the window's title", () => {
  it("is what is shown, so that it is told apart in a list of windows", async () => {
    const page = await open();
    await heading(page).getByText("4 of 39").waitFor();
    expect(await page.title()).toBe("Signalbox");
    await world(page, "route", { view: "vendor", vendor: "Packetree" } satisfies Route);
    await expect.poll(() => page.title()).toBe("Packetree – Signalbox");
    await world(page, "route", { view: "incident", vendor: "Packetree", id: "pt-990" } satisfies Route);
    await expect
      .poll(() => page.title())
      .toBe("Higher error rates at European edges – Packetree – Signalbox");
    await page.keyboard.press("2");
    await expect.poll(() => page.title()).toBe("History – Signalbox");
  });
});

describe("what happens elsewhere", () => {
  it("is asked for again, and read out where the summary changed", async () => {
    const page = await open();
    await heading(page).getByText("4 of 39").waitFor();
    const live = page.locator("[aria-live=polite]");
    expect(await live.textContent()).toBe("");
    await page.evaluate(async () => {
      const { world: recorded } = globalThis as unknown as {
        world: { ask: (question: unknown) => Promise<unknown> };
      };
      await recorded.ask({ request: "acknowledge", incident: "pt-990", vendor: "Packetree", undo: false });
    });
    await heading(page).getByText("3 of 39").waitFor();
    expect(await live.textContent()).toContain("3 of 39");
  });

  it("is said where it is about the program itself, until it was understood", async () => {
    const page = await open({ state: "calm" });
    await world(page, "notices", [{ id: "tray", text: "There is no tray here." }] satisfies Notice[]);
    await page.getByText("There is no tray here.").waitFor();
    await button(page, "Understood").click();
    await page.getByText("There is no tray here.").waitFor({ state: "detached" });
    await world(page, "notices", [{ id: "config", text: "line 3 is no address" }] satisfies Notice[]);
    await page.getByText("line 3 is no address").waitFor();
    await page.getByText("The last good one stays in force.").waitFor();
    await world(page, "notices", [] satisfies Notice[]);
    await page.getByText("line 3 is no address").waitFor({ state: "detached" });
  });
});

describe("looking back", () => {
  it("pages through everything that was recorded, to its end", async () => {
    const page = await open({ at: "/history" });
    await button(page, "Show more").waitFor();
    const before = await page.locator("main [data-row]").count();
    await button(page, "Show more").click();
    await expect.poll(() => page.locator("main [data-row]").count()).toBeGreaterThan(before);
    await button(page, "Show more").click();
    await page.getByText("That is everything that was recorded.").waitFor();
    const rows = await page
      .locator("main [data-row]")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    expect(new Set(rows).size).toBe(rows.length);
  });

  it("narrows to a vendor and to words, and keeps both over a look at an incident", async () => {
    const page = await open({ at: "/history" });
    await page.getByLabel("Vendor").selectOption("Lumen Push");
    await page.getByText("Messages are not delivered").first().waitFor();
    await page.getByRole("searchbox").fill("restore third");
    await page.getByText("1 find").waitFor();
    await page.getByRole("link", { name: "Messages are not delivered" }).click();
    await page.getByText("Timeline").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("1 find").waitFor();
    expect(await page.getByLabel("Vendor").inputValue()).toBe("Lumen Push");
  });

  it("answers for a moment what was known then and what is known now", async () => {
    const page = await open({ at: "/moment" });
    await button(page, "Look it up").click();
    const row = page.getByRole("row", { name: /Harborline Cloud/ });
    await row.waitFor();
    expect(await row.getByText("Major outage").count()).toBe(2);
    await page.getByText("without trouble, then and as known now").waitFor();
    await page.getByLabel("Date and time").fill("2099-01-01T10:00");
    await button(page, "Look it up").click();
    await page.getByText("That moment has not come yet.").waitFor();
  });
});

describe("the person's own settings", () => {
  it("start at login and pausing are said as they are", async () => {
    const page = await open({ state: "welcome" });
    await button(page, "Start at login").click();
    await page.getByText("Signalbox starts when you log in.").waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    expect(await page.getByLabel("Start at login").isChecked()).toBe(true);
    await button(page, "Pause until I resume").click();
    await page.getByText("Notifications are paused until you resume them.").first().waitFor();
    await button(page, "Resume").first().click();
    await button(page, "Pause for 1 hour").waitFor();
  });

  it("for less motion and forced colours are followed", async () => {
    const page = await open({ options: { reducedMotion: "reduce", forcedColors: "active" } });
    await page.getByText("About 60 %").waitFor();
    const { quick, mark } = await page.evaluate(() => ({
      quick: getComputedStyle(document.documentElement).getPropertyValue("--quick"),
      mark: getComputedStyle(document.querySelector(".mark") as Element).fill,
    }));
    expect(Number.parseFloat(quick)).toBe(0);
    expect(mark).not.toBe("rgb(122, 0, 25)");
  });
});
