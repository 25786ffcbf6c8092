import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Arrival } from "./types.ts";

const api = vi.hoisted(() => ({
  invoke: vi.fn<(command: string, words?: unknown) => Promise<unknown>>(),
  listen: vi.fn<(event: string, listener: (event: { payload: unknown }) => void) => Promise<() => void>>(),
}));
vi.mock("@tauri-apps/api/core", () => ({ invoke: api.invoke }));
vi.mock("@tauri-apps/api/event", () => ({ listen: api.listen }));

const ARRIVAL: Arrival = {
  route: null,
  version: "1",
  start_at_login: { enabled: false, offer: false },
  notices: [],
};

let program: (typeof import("./tauri.ts"))["default"];

beforeEach(async () => {
  vi.resetModules();
  api.invoke.mockReset().mockResolvedValue(ARRIVAL);
  api.listen.mockReset().mockResolvedValue(() => undefined);
  program = (await import("./tauri.ts")).default;
});

describe("the program", () => {
  it("is told that the window is there only when the window hears what it is told", async () => {
    let begin: (end: () => void) => void = () => undefined;
    api.listen.mockReturnValueOnce(new Promise((begun) => (begin = begun)));
    program.onRoute(() => undefined);
    const arrived = program.arrive();
    await Promise.resolve();
    expect(api.invoke).not.toHaveBeenCalled();
    begin(() => undefined);
    expect(await arrived).toEqual(ARRIVAL);
    expect(api.invoke).toHaveBeenCalledWith("arrive", undefined);
  });

  it("is asked although the window cannot hear: what it is not told it asks for", async () => {
    api.listen.mockRejectedValueOnce(new Error("not allowed"));
    program.onHint(() => undefined);
    expect(await program.arrive()).toEqual(ARRIVAL);
  });

  it("is no longer listened to, even where listening had not begun when it was ended", async () => {
    const unlisten = vi.fn<() => void>();
    let begin: (end: () => void) => void = () => undefined;
    api.listen.mockReturnValueOnce(new Promise((begun) => (begin = begun)));
    const end = program.onNotices(() => undefined);
    end();
    begin(unlisten);
    await vi.waitFor(() => expect(unlisten).toHaveBeenCalledOnce());
  });
});
