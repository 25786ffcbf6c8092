import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { component, engine, incident, status, vendor } from "../backend/samples.ts";
import scripted from "../backend/scripted.ts";
import Components from "../parts/Components.svelte";
import MomentAnswer from "../parts/MomentAnswer.svelte";
import { maintenance } from "../backend/samples.ts";
import { filters } from "../state/filters.svelte.ts";
import { past } from "../state/past.svelte.ts";
import { here } from "../state/place.svelte.ts";
import { pulse } from "../state/pulse.svelte.ts";
import { said } from "../state/said.svelte.ts";
import { vendors } from "../state/vendors.svelte.ts";
import Add from "./Add.svelte";
import History from "./History.svelte";
import Vendor from "./Vendor.svelte";

vi.mock("#backend", async () => import("../backend/scripted.ts"));

beforeEach(() => {
  scripted.forget();
  filters.vendor = "";
  filters.words = "";
  past.forget("");
  said.hush();
  location.hash = "#/";
});

afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

const body = () => document.body.textContent?.replaceAll(/\s+/g, " ") ?? "";
const titles = () => [...document.querySelectorAll("[data-row]")].map((row) => row.textContent);
const part = (names: readonly string[], next: string | null = null, newest = 2e12) => ({
  incidents: names.map((name, index) =>
    incident({
      id: name,
      title: name,
      open: false,
      started_at: new Date(newest - index * 6e7).toISOString(),
    }),
  ),
  maintenances: [],
  more: next !== null,
  next,
});
const older = (names: readonly string[], next: string | null = null) => part(names, next, 1.9e12);

async function known(...some: Parameters<typeof vendor>[0][]) {
  const refreshed = vendors.refresh();
  await scripted.first("status").answer(status({ vendors: some.map((one) => vendor(one)) }));
  await refreshed;
}

describe("the history", () => {
  it("shows more although something happens while more is asked for", async () => {
    render(History);
    await scripted.first("history").answer(part(["a", "b"], "after b"));
    await fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    pulse.beat += 1;
    await tick();
    for (const held of scripted.of("history")) {
      const { before } = held.question as { before: string | null };
      await held.answer(before === null ? part(["a", "b"], "after b") : older(["c", "d"]));
    }
    expect(titles()).toEqual(["a", "b", "c", "d"]);
  });

  it("loses nothing between its parts when something new comes before the first", async () => {
    render(History);
    await scripted.first("history").answer(part(["a", "b"], "after b"));
    await fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    await scripted.first("history").answer(older(["c"], "after c"));
    pulse.beat += 1;
    await tick();
    await scripted.all("history", { reply: "history", ...part(["new", "a"], "after a") });
    expect(titles().toSorted()).toEqual(["a", "b", "c", "new"]);
    await fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    expect(scripted.first("history").question).toMatchObject({ before: "after c" });
  });

  it("is there again at once, with all that was turned to, when somebody comes back to it", async () => {
    const { unmount } = render(History);
    await scripted.first("history").answer(part(["a"], "after a"));
    await fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    await scripted.first("history").answer(older(["b"]));
    unmount();
    render(History);
    await tick();
    expect(titles()).toEqual(["a", "b"]);
  });

  it("drops what comes late of a vendor that is no longer chosen", async () => {
    render(History);
    await scripted.first("history").answer(part(["a"], "after a"));
    await fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    const late = scripted.first("history");
    filters.vendor = "Fernpost";
    await tick();
    await late.answer(older(["of all"]));
    await scripted.all("history", { reply: "history", ...part(["of Fernpost"]) });
    expect(titles()).toEqual(["of Fernpost"]);
  });

  it("says of no words that nothing contains them before that was answered", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    render(History);
    const typed = async (words: string) => {
      filters.words = words;
      await tick();
      await vi.advanceTimersByTimeAsync(260);
    };
    await typed("first");
    const answered = scripted.first("search").answer({ finds: [], more: false });
    await vi.advanceTimersByTimeAsync(10);
    await answered;
    expect(body()).toContain("contains “first”");
    await typed("second");
    expect(body()).not.toContain("contains “second”");
  });

  it("says of a vendor that it has no finds only if all finds were looked through", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    filters.vendor = "Quillmail";
    filters.words = "late";
    render(History);
    await vi.advanceTimersByTimeAsync(260);
    const find = { vendor: "Fernpost", event: "1", title: "Late", at: "2026-11-27T11:00:00Z", excerpt: "" };
    const answered = scripted.first("search").answer({ finds: [find], more: true });
    await vi.advanceTimersByTimeAsync(10);
    await answered;
    expect(body()).not.toContain("Nothing that was recorded");
    expect(body()).toContain("Quillmail");
  });
});

describe("adding a page", () => {
  const type = async () => {
    await fireEvent.input(screen.getByLabelText(/^Address/), { target: { value: "status.wren.example" } });
    await fireEvent.submit(document.querySelector("form") as HTMLFormElement);
  };

  it("is told to its end to somebody who has gone elsewhere meanwhile", async () => {
    const { unmount } = render(Add);
    await type();
    unmount();
    await scripted.first("add").refuse({ code: "page", message: "it is no status page" });
    expect(said.saying?.text).toContain("it is no status page");
    render(Add);
    await type();
    cleanup();
    await scripted.first("add").answer(vendor({ vendor: "Wren" }));
    expect(said.saying?.text).toContain("Wren is watched now");
  });
});

describe("a vendor that is removed", () => {
  it("takes nobody away from where they have gone meanwhile", async () => {
    await known({ vendor: "Fernpost" });
    here.place = { view: "vendor", vendor: "Fernpost" };
    render(Vendor, { name: "Fernpost" });
    await fireEvent.click(screen.getByRole("button", { name: "Stop watching…" }));
    await fireEvent.click(screen.getByRole("button", { name: "Stop watching" }));
    here.place = { view: "history" };
    location.hash = "#/history";
    await scripted.first("remove").answer({ vendor: "Fernpost", page: "" });
    await scripted.first("status").answer(status({ vendors: [] }));
    expect(location.hash).toBe("#/history");
    expect(said.saying?.text).toContain("no longer watched");
  });
});

describe("the choice of components", () => {
  const scope = (...ids: string[]) => ({
    vendor: "Fernpost",
    chosen: false,
    missing: [],
    components: ids.map((id) => component({ id, name: id })),
  });
  const ticked = () =>
    [...document.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].map(({ checked }) => checked);

  it("ticks what appears while it is made, because it counts until somebody says otherwise", async () => {
    render(Components, { vendor: vendor(), choosing: true });
    await scripted.first("scope").answer(scope("a"));
    await fireEvent.click(screen.getByLabelText("a"));
    pulse.beat += 1;
    await tick();
    await scripted.first("scope").answer(scope("a", "b"));
    expect(ticked()).toEqual([false, true]);
  });
});

describe("what was open at a moment", () => {
  it("may be an incident and a maintenance of one id", () => {
    render(MomentAnswer, {
      known: {
        health: "degraded",
        troubled: [],
        incidents: [incident({ id: "1", title: "Late" })],
        maintenances: [maintenance({ id: "1", title: "Work" })],
      },
    });
    expect(screen.getAllByRole("link")).toHaveLength(2);
  });
});

describe("a check", () => {
  it("says whom it could not ask, and why", async () => {
    const checked = vendors.check(["Fernpost"]);
    const refused = vendor({ missed: "connection refused" });
    await scripted.first("check").answer(status({ vendors: [refused] }));
    await scripted.first("status").answer(status());
    await checked;
    expect(said.saying).toMatchObject({
      text: "Fernpost could not be read: connection refused",
      failed: true,
    });
  });

  it("of many says how many could not be read, and says nothing where all were or where nothing can be", async () => {
    const checked = vendors.check([]);
    const some = ["A", "B", "C"].map((name) =>
      vendor({ vendor: name, missed: name === "B" ? null : "gone" }),
    );
    await scripted.first("check").answer(status({ vendors: some }));
    await scripted.first("status").answer(status());
    await checked;
    expect(said.saying?.text).toBe("2 of 3 pages could not be read: A, C");
    said.hush();
    const offline = vendors.check([]);
    await scripted.first("check").answer(status({ vendors: some }));
    await scripted
      .first("status")
      .answer(status({ engine: engine({ offline_since: "2026-11-27T11:00:00Z" }) }));
    await offline;
    expect(said.saying).toBeNull();
    const again = vendors.check([]);
    await scripted.first("check").answer(status());
    await scripted.first("status").answer(status());
    await again;
    expect(said.saying).toBeNull();
  });
});
