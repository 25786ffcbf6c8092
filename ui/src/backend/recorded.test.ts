import { beforeEach, describe, expect, it } from "vitest";

import { RecordedWorld, type Scenario } from "./recorded.ts";

const NOW = Date.parse("2027-03-01T12:00:00Z");
let world: RecordedWorld;

const made = (scenario: Scenario) =>
  new RecordedWorld(
    scenario,
    NOW,
    () => Promise.resolve(),
    () => undefined,
  );

beforeEach(() => {
  world = made("storm");
});

describe("recorded replies", () => {
  it("are as old as when they were recorded, whenever they are played", async () => {
    const { vendors } = await world.ask({ request: "status", vendors: [] });
    expect(vendors.length).toBe(40);
    for (const { read_at } of vendors) {
      if (read_at != null) expect(NOW - Date.parse(read_at)).toBeLessThan(24 * 3_600_000);
    }
  });

  it("tell the worst first", async () => {
    const { vendors, tray } = await world.ask({ request: "status", vendors: [] });
    expect(tray).toBe("major_outage");
    expect(vendors[0]?.shown).toBe("major_outage");
    expect(vendors.at(-1)?.shown).toBe("operational");
  });

  it("page through the whole history without telling anything twice", async () => {
    const told: string[] = [];
    let before: string | null = null;
    do {
      const part: Awaited<
        ReturnType<
          typeof world.ask<{
            request: "history";
            vendors: string[];
            since: null;
            until: null;
            limit: number;
            before: string | null;
          }>
        >
      > = await world.ask({ request: "history", vendors: [], since: null, until: null, limit: 25, before });
      told.push(...[...part.incidents, ...part.maintenances].map(({ vendor, id }) => `${vendor} ${id}`));
      before = part.next ?? null;
    } while (before !== null);
    expect(told.length).toBeGreaterThan(60);
    expect(new Set(told).size).toBe(told.length);
  });

  it("refuse what the engine would refuse, by its codes", async () => {
    const code = (asked: Promise<unknown>) =>
      asked.then(
        () => "answered",
        (refusal: { code: string }) => refusal.code,
      );
    expect(await code(world.ask({ request: "incident", id: "none", vendor: null }))).toBe("not_found");
    expect(await code(world.ask({ request: "add", page: "not an address", name: null }))).toBe("bad_input");
    expect(await code(world.ask({ request: "add", page: "https://nothing.example", name: null }))).toBe(
      "page",
    );
    expect(await code(world.ask({ request: "scope", vendor: "Granite Git", components: ["c001"] }))).toBe(
      "configuration",
    );
    expect(await code(made("silent").ask({ request: "ping" }))).toBe("unavailable");
  });

  it("find vendors by name, alias, domain and host, and tell which are watched", async () => {
    const search = async (words: string) => {
      const { vendors } = await world.ask({ request: "vendors", words, limit: 5 });
      return vendors.map(({ name, matched, watched }) => `${name} ${matched} ${watched}`);
    };
    expect(await search("granite g")).toEqual(["Granite Git name true"]);
    expect(await search("Fernhollow V")).toEqual(["Fernhollow alias false"]);
    expect(await search("https://www.glasswing.example/about")).toEqual(["Glasswing AI domain false"]);
    expect(await search("status.wren.example/incidents/1")).toEqual(["Wren page_host false"]);
    expect(await search("")).toEqual([]);
  });

  it("add a vendor by its name, a feed as incidents alone, and ask where several are meant", async () => {
    const add = (page: string) => world.ask({ request: "add", page, name: null });
    expect(await add("glasswing models")).toMatchObject({ vendor: "Glasswing AI", incidents_only: false });
    expect(await add("haven-health.example")).toMatchObject({ vendor: "Haven Health", incidents_only: true });
    await expect(add("Mercury")).rejects.toThrow(
      "may be any of: Mercury (https://status.mercury-crm.example/)",
    );
    await expect(add("Granitt")).rejects.toThrow("did you mean Granary, Granite Git?");
    await expect(add("Wren Studio")).rejects.toThrow("did you mean Wren?");
    const { upstream } = await world.ask({ request: "scope", vendor: "Marlow Desk", components: null });
    expect(upstream.map(({ watched }) => watched)).toEqual([true, true]);
  });

  it("say that an acknowledged vendor no longer counts", async () => {
    const before = await world.ask({ request: "status", vendors: [] });
    await world.ask({ request: "acknowledge", incident: "pt-990", vendor: "Packetree", undo: false });
    const after = await world.ask({ request: "status", vendors: [] });
    expect(before.summary).toContain("Packetree");
    expect(after.summary).not.toContain("Packetree");
  });
});
