import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import { type AnswerTo, type Backend, type Question, Refusal, type Unsubscribe } from "./backend.ts";
import type { Arrival, Hint, Notice, Reply, Route } from "./types.ts";

async function call<T>(command: string, words?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, words);
  } catch (thrown) {
    throw Refusal.of(thrown);
  }
}

/** What was begun to be listened to: the program is told that the window is there when all of it is heard. */
const begun: Promise<unknown>[] = [];

/** Listening begins later than it was asked for, and may be ended before that. */
function hear<T>(event: string, listener: (payload: T) => void): Unsubscribe {
  let ended = false;
  let end: Unsubscribe | undefined;
  const listening = listen<T>(event, ({ payload }) => listener(payload)).then((unlisten) => {
    if (ended) unlisten();
    else end = unlisten;
  });
  begun.push(listening);
  return () => {
    ended = true;
    end?.();
  };
}

/** The program that this window belongs to. */
const program: Backend = {
  async ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    return (await call<Reply>("ask", { request: question })) as AnswerTo<Q>;
  },
  async arrive() {
    // Where it cannot listen, the window still asks again by itself every now and then.
    await Promise.allSettled(begun);
    return call<Arrival>("arrive");
  },
  openLink: (url) => call("open_link", { url }),
  startAtLogin: (enabled) => call<boolean>("start_at_login", { enabled }),
  dismiss: (notice) => call("dismiss", { noticeId: notice }),
  onHint: (listener) => hear<Hint>("hint", listener),
  onRoute: (listener) => hear<Route>("route", listener),
  onNotices: (listener) => hear<Notice[]>("notices", listener),
};

export default program;
