import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Refusal } from "../backend/backend.ts";
import { Asked } from "./asked.svelte.ts";
import { pulse } from "./pulse.svelte.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function later<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe("what was asked", () => {
  it("says that it waits only after a wait that is felt", async () => {
    const asked = new Asked<number>();
    const answer = later<number>();
    const done = asked.ask(() => answer.promise);
    await vi.advanceTimersByTimeAsync(290);
    expect(asked.slow).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    expect(asked.slow).toBe(true);
    answer.resolve(1);
    await done;
    expect([asked.answer, asked.slow, asked.waiting]).toEqual([1, false, false]);
  });

  it("drops an answer that a later question has overtaken", async () => {
    const asked = new Asked<number>();
    const [first, second] = [later<number>(), later<number>()];
    const one = asked.ask(() => first.promise);
    const two = asked.ask(() => second.promise);
    second.resolve(2);
    await two;
    first.resolve(1);
    expect(await one).toBeNull();
    expect(asked.answer).toBe(2);
  });

  it("takes every newer answer, so that a storm of questions leaves nobody without one", async () => {
    const asked = new Asked<number>();
    const [first, second] = [later<number>(), later<number>()];
    const one = asked.ask(() => first.promise);
    const two = asked.ask(() => second.promise);
    first.resolve(1);
    expect(await one).toBe(1);
    expect([asked.answer, asked.waiting]).toEqual([1, true]);
    second.resolve(2);
    await two;
    expect([asked.answer, asked.waiting]).toEqual([2, false]);
  });

  it("takes no answer about something else than what was asked about last", async () => {
    const asked = new Asked<string>();
    const [first, second] = [later<string>(), later<string>()];
    const one = asked.ask(() => first.promise, "rain");
    const two = asked.ask(() => second.promise, "sun");
    first.resolve("of rain");
    expect(await one).toBeNull();
    expect(asked.answer).toBeNull();
    second.resolve("of sun");
    await two;
    expect(asked.answer).toBe("of sun");
  });

  it("keeps the last answer beside the reason why there is no newer one", async () => {
    const asked = new Asked<number>();
    await asked.ask(() => Promise.resolve(1));
    await asked.ask(() => Promise.reject(new Refusal({ code: "unavailable", message: "nobody answers" })));
    expect(asked.answer).toBe(1);
    expect(asked.refusal?.code).toBe("unavailable");
    await asked.ask(() => Promise.resolve(2));
    expect(asked.refusal).toBeNull();
  });

  it("takes an error of the program as it is, and anything else for a fault of ours", () => {
    expect(Refusal.of({ code: "page", message: "gone" })).toMatchObject({ code: "page", message: "gone" });
    expect(Refusal.of({ code: "new", message: "x" }).code).toBe("internal");
    expect(Refusal.of("no such command")).toMatchObject({ code: "internal", message: "no such command" });
    expect(Refusal.of(new TypeError("x is undefined"))).toMatchObject({
      code: "internal",
      message: "x is undefined",
    });
  });
});

describe("hints", () => {
  it("of the same moment are one reason to ask again, and a storm of them one a second", async () => {
    const stop = pulse.run();
    const before = pulse.beat;
    for (let i = 0; i < 50; i += 1) pulse.hint({ changed: { page: `https://${i}.example/` } });
    await vi.advanceTimersByTimeAsync(240);
    expect(pulse.beat).toBe(before);
    await vi.advanceTimersByTimeAsync(20);
    expect(pulse.beat).toBe(before + 1);
    for (let i = 0; i < 100; i += 1) {
      pulse.hint("lagged");
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(pulse.beat).toBeLessThanOrEqual(before + 3);
    stop();
  });

  it("that a page was read without news can wait, unless something else happens", async () => {
    const stop = pulse.run();
    const before = pulse.beat;
    pulse.hint({ polled: { page: "https://a.example/" } });
    await vi.advanceTimersByTimeAsync(4900);
    expect(pulse.beat).toBe(before);
    await vi.advanceTimersByTimeAsync(200);
    expect(pulse.beat).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(2000);
    pulse.hint({ polled: { page: "https://a.example/" } });
    pulse.hint("online");
    await vi.advanceTimersByTimeAsync(260);
    expect(pulse.beat).toBe(before + 2);
    stop();
  });

  it("are not waited for longer than half a minute", async () => {
    const stop = pulse.run();
    const before = pulse.beat;
    await vi.advanceTimersByTimeAsync(29_000);
    expect(pulse.beat).toBe(before);
    await vi.advanceTimersByTimeAsync(1500);
    expect(pulse.beat).toBe(before + 1);
    stop();
  });

  it("are heard although the computer's clock was set back", async () => {
    const stop = pulse.run();
    pulse.hint("online");
    await vi.advanceTimersByTimeAsync(300);
    const before = pulse.beat;
    vi.setSystemTime(Date.now() - 3_600_000);
    pulse.hint("online");
    await vi.advanceTimersByTimeAsync(1100);
    expect(pulse.beat).toBe(before + 1);
    stop();
  });

  it("that only say that hints begin are no reason to ask", async () => {
    const stop = pulse.run();
    const before = pulse.beat;
    pulse.hint("subscribed");
    await vi.advanceTimersByTimeAsync(2000);
    expect(pulse.beat).toBe(before);
    stop();
  });
});
