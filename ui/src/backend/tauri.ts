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

/** Listening begins later than it was asked for, and may be ended before that. */
function hear<T>(event: string, listener: (payload: T) => void): Unsubscribe {
  let ended = false;
  let end: Unsubscribe | undefined;
  void listen<T>(event, ({ payload }) => listener(payload)).then((unlisten) => {
    if (ended) unlisten();
    else end = unlisten;
  });
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
  arrive: () => call<Arrival>("arrive"),
  openLink: (url) => call("open_link", { url }),
  startAtLogin: (enabled) => call<boolean>("start_at_login", { enabled }),
  dismiss: (notice) => call("dismiss", { noticeId: notice }),
  onHint: (listener) => hear<Hint>("hint", listener),
  onRoute: (listener) => hear<Route>("route", listener),
  onNotices: (listener) => hear<Notice[]>("notices", listener),
};

export default program;
