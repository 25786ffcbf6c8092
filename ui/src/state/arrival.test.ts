import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Arrival, Notice } from "../backend/types.ts";
import { Arrived } from "./arrival.svelte.ts";
import scripted from "../backend/scripted.ts";

vi.mock("#backend", async () => import("../backend/scripted.ts"));

const notice = (id: string): Notice => ({ id, text: `about the ${id}` });
const arrival = (some: Partial<Arrival> = {}): Arrival => ({
  route: null,
  version: "1.2.3",
  start_at_login: { enabled: false, offer: true },
  notices: [],
  ...some,
});

beforeEach(() => scripted.forget());

describe("what the program says when the window opens", () => {
  it("does not undo what it has said since", () => {
    const arrived = new Arrived();
    arrived.hear([notice("tray"), notice("config")]);
    arrived.take(arrival({ notices: [notice("tray")] }));
    expect(arrived.notices.map(({ id }) => id)).toEqual(["tray", "config"]);
  });

  it("is taken where it has said nothing since", () => {
    const arrived = new Arrived();
    arrived.take(arrival({ notices: [notice("tray")] }));
    expect([arrived.version, arrived.notices.length]).toEqual(["1.2.3", 1]);
  });

  it("offers to start at login once; who declines changes nothing of how it starts", async () => {
    const arrived = new Arrived();
    arrived.take(arrival());
    expect(arrived.offersLogin).toBe(true);
    await arrived.declineLogin();
    expect([arrived.offersLogin, scripted.dismissed]).toEqual([false, ["start-at-login"]]);
  });
});
