import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { component, engine, found, incident, listed, status, vendor } from "../backend/samples.ts";
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
  vendors.asked.forget();
  filters.vendor = "";
  filters.words = "";
  filters.adding = "";
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
  const field = () => screen.getByRole<HTMLInputElement>("combobox");
  const type = (value: string) => fireEvent.input(field(), { target: { value } });
  const press = (key: string) => fireEvent.keyDown(field(), { key });
  const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);
  const options = () => screen.queryAllByRole("option").map(({ textContent }) => textContent);
  /** Types, waits as long as nobody is asked, and answers. */
  async function suggest(typed: string, ...some: Parameters<typeof listed>[0][]) {
    await type(typed);
    await vi.waitFor(() => scripted.sought(typed));
    await scripted.sought(typed).answer(found(...some.map((one) => listed(one))));
  }
  const two = [
    { slug: "wren", name: "Wren", page: "https://status.wren.example/" },
    { slug: "wrenhall", name: "Wrenhall", page: "https://wrenhall.example/status" },
  ];

  it("is told to its end to somebody who has gone elsewhere meanwhile", async () => {
    const { unmount } = render(Add);
    await type("status.wren.example");
    await submit();
    unmount();
    await scripted.first("add").refuse({ code: "page", message: "it is no status page" });
    expect(said.saying?.text).toContain("it is no status page");
    render(Add);
    await type("status.wren.example");
    await submit();
    cleanup();
    await scripted.first("add").answer(vendor({ vendor: "Wren" }));
    expect(said.saying?.text).toContain("Wren is watched now");
  });

  it("asks the directory when somebody stops typing, not at every letter", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    render(Add);
    scripted.forget();
    for (const typed of ["w", "wr", "wre"]) {
      await type(typed);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(scripted.of("vendors")).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(30);
    expect(scripted.of("vendors").map(({ question }) => question)).toMatchObject([{ words: "wre" }]);
  });

  it("offers whom the directory knows, and adds the page of the one that the keys reach", async () => {
    render(Add);
    await suggest("wre", ...two);
    expect(options()).toHaveLength(2);
    expect(field().getAttribute("aria-expanded")).toBe("true");
    expect(field().hasAttribute("aria-activedescendant")).toBe(false);
    await press("ArrowDown");
    await press("ArrowDown");
    const reached = screen.getByRole("option", { selected: true });
    expect(reached.textContent).toContain("Wrenhall");
    expect(field().getAttribute("aria-activedescendant")).toBe(reached.id);
    await press("Enter");
    expect(scripted.first("add").question).toMatchObject({ page: "https://wrenhall.example/status" });
  });

  it("goes round from the last suggestion by way of what was typed to the first", async () => {
    render(Add);
    await suggest("wre", ...two);
    await press("ArrowUp");
    expect(screen.getByRole("option", { selected: true }).textContent).toContain("Wrenhall");
    await press("ArrowDown");
    expect(screen.queryByRole("option", { selected: true })).toBeNull();
    await press("ArrowDown");
    expect(screen.getByRole("option", { selected: true }).textContent).toMatch(/Wren(?!hall)/);
  });

  it("adds what was typed where no suggestion was reached, just as it was typed", async () => {
    render(Add);
    await suggest("Wren Previews", ...two);
    await submit();
    expect(scripted.first("add").question).toMatchObject({ page: "Wren Previews", name: null });
  });

  it("closes the suggestions by Esc, which goes no further, and opens them again by an arrow", async () => {
    render(Add);
    await suggest("wre", ...two);
    expect(await press("Escape")).toBe(false);
    expect(options()).toHaveLength(0);
    expect(field().getAttribute("aria-expanded")).toBe("false");
    expect(await press("Escape")).toBe(true);
    await press("ArrowDown");
    expect(options()).toHaveLength(2);
  });

  it("never lets a late answer overtake what was found for later words", async () => {
    render(Add);
    await type("wre");
    await vi.waitFor(() => scripted.sought("wre"));
    const late = scripted.sought("wre");
    await suggest("quill", { slug: "quill", name: "Quillmail" });
    await late.answer(found(listed({ slug: "wren", name: "Wren" })));
    expect(options().join()).toContain("Quillmail");
    expect(options().join()).not.toContain("Wren");
  });

  it("leads to a vendor that is watched already instead of adding it again", async () => {
    await known({ vendor: "Wren Inc", page: "https://status.wren.example" });
    render(Add);
    await suggest("wre", { ...two[0], watched: true });
    expect(options()[0]).toContain("watched");
    await fireEvent.click(screen.getByRole("option"));
    expect(scripted.of("add")).toHaveLength(0);
    expect(location.hash).toBe("#/vendor/Wren%20Inc");
  });

  it("says of a name that nobody has, and of an address that nobody knows, what to do next", async () => {
    render(Add);
    await suggest("Nobody at all");
    expect(body()).toContain("Paste the address of its status page.");
    await suggest("status.nobody.example");
    expect(body()).toContain("Enter asks it whether it is a status page.");
  });

  it("gives the reason as it came, keeps what was typed, and offers those that may be meant", async () => {
    render(Add);
    await suggest("wren", ...two);
    await submit();
    await scripted.first("add").refuse({
      code: "bad_input",
      message: "“wren” may be any of: Wren (https://status.wren.example/), Wren (https://wren.example/)",
    });
    expect(screen.getByRole("alert").textContent).toContain(
      "may be any of: Wren (https://status.wren.example/)",
    );
    expect(screen.getByRole("alert").textContent).toContain("Choose one of the suggestions");
    expect(field().value).toBe("wren");
    expect(options()).toHaveLength(2);
    await type("wrenh");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("says of a page that programs cannot read where to look at it", async () => {
    render(Add);
    await suggest("wre", ...two);
    await fireEvent.click(screen.getAllByRole("option")[0] as HTMLElement);
    await scripted.first("add").refuse({
      code: "page",
      message:
        "https://status.wren.example/ was not added: it is not readable by programs; open it in a browser",
    });
    expect(screen.getByRole("alert").textContent).toContain("it is not readable by programs");
    await fireEvent.click(screen.getByRole("link", { name: /^Look at the page in your browser/ }));
    expect(scripted.links).toEqual(["https://status.wren.example/"]);
  });

  it("says what was added: platform, doubts, and what a feed does not tell", async () => {
    render(Add);
    await type("status.wren.example");
    await submit();
    const doubts = ["nothing on it has changed since 4 May 2025: it may be abandoned"];
    const feed = { incidents_only: true, shown: "unknown", scope: { chosen: 0, of: 0 }, doubts } as const;
    const answer = vendor({ vendor: "Wren", platform_name: "a feed: incidents only", ...feed });
    await scripted.first("add").answer(answer);
    expect(body()).toContain("Wren is watched now");
    expect(body()).toContain("A feed: incidents only");
    expect(body()).toContain("Of everything they do not tell of, nothing is known.");
    expect(body()).toContain("Nothing on it has changed since 4 May 2025: it may be abandoned.");
    expect(filters.adding).toBe("");
  });
});

describe("what a page builds on", () => {
  const upstream = (...watched: boolean[]) =>
    watched.map((is, index) => ({
      component: `Calls (${index})`,
      vendor: `Thornbury ${index}`,
      page: `https://status.thornbury-${index}.example/`,
      watched: is,
    }));
  const scope = (...watched: boolean[]) => ({
    vendor: "Fernpost",
    chosen: false,
    missing: [],
    components: [component()],
    upstream: upstream(...watched),
  });

  it("can be watched, each by a button of its own", async () => {
    await known({ vendor: "Fernpost" });
    render(Components, { vendor: vendor() });
    await scripted.first("scope").answer(scope(false, false));
    await fireEvent.click(screen.getByRole("button", { name: "Watch Thornbury 1" }));
    expect(scripted.first("add").question).toMatchObject({ page: "https://status.thornbury-1.example/" });
    expect(body()).toContain("Asking status.thornbury-1.example what it is…");
    expect(screen.getByRole("button", { name: "Watch Thornbury 0" })).toBeTruthy();
    const added = vendor({ vendor: "Thornbury", page: "https://status.thornbury-1.example/" });
    await scripted.first("add").answer(added);
    await scripted.first("status").answer(status({ vendors: [vendor(), added] }));
    expect(screen.getByRole("link", { name: "Thornbury" }).getAttribute("href")).toBe("#/vendor/Thornbury");
    expect(said.saying?.text).toBe("Thornbury is watched now");
  });

  it("is offered again, with the reason, where it could not be watched", async () => {
    await known({ vendor: "Fernpost" });
    render(Components, { vendor: vendor() });
    await scripted.first("scope").answer(scope(false));
    await fireEvent.click(screen.getByRole("button", { name: "Watch Thornbury 0" }));
    await scripted.first("add").refuse({ code: "page", message: "connection refused" });
    expect(said.saying).toMatchObject({ failed: true });
    expect(said.saying?.text).toContain("connection refused");
    expect(screen.getByRole("button", { name: "Watch Thornbury 0" })).toBeTruthy();
  });

  it("is not spoken of where the page names nobody", async () => {
    render(Components, { vendor: vendor() });
    await scripted.first("scope").answer(scope());
    expect(screen.queryByRole("heading", { name: /Builds on/ })).toBeNull();
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
    upstream: [],
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
