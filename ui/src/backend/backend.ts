import type { ApiError, Arrival, ErrorCode, Hint, Notice, Reply, Request, Route } from "./types.ts";

/** Which answer belongs to which question. */
interface Answers {
  ping: "pong";
  status: "status";
  check: "status";
  add: "added";
  remove: "removed";
  scope: "scope";
  history: "history";
  incident: "incident";
  at: "at";
  search: "search";
  uptime: "uptime";
  vendors: "vendors";
  mute: "muted";
  unmute: "muted";
  acknowledge: "acknowledged";
  accept_unreadable: "accepted_unreadable";
  doctor: "doctor";
  pause: "paused";
  resume: "resumed";
}

/** What can be asked from the window. */
export type Question = Extract<Request, { request: keyof Answers }>;

/** The answer to a question of this kind. */
export type AnswerTo<Q extends Question> = Extract<Reply, { reply: Answers[Q["request"]] }>;

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** All that the window knows of the world outside. Two implementations: the program, and recorded replies. */
export interface Backend {
  /** Asks the engine. Rejects with a {@link Refusal}. */
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>>;
  /** What a window is told when it opens. */
  arrive(): Promise<Arrival>;
  /** Opens an address in the system's browser; only `https` is opened. */
  openLink(url: string): Promise<void>;
  /** Starts Signalbox at login, or no longer; resolves to what is so now. */
  startAtLogin(enabled: boolean): Promise<boolean>;
  /** A notice was read and is not to be shown again. */
  dismiss(notice: string): Promise<void>;
  /** Something happened: a reason to ask again, not the news itself. */
  onHint(listener: (hint: Hint) => void): Unsubscribe;
  /** The person is to be taken somewhere: a notification was clicked. */
  onRoute(listener: (route: Route) => void): Unsubscribe;
  /** The notices are these now. */
  onNotices(listener: (notices: Notice[]) => void): Unsubscribe;
}

const CODES: ReadonlySet<unknown> = new Set<ErrorCode>([
  "usage",
  "bad_input",
  "unavailable",
  "configuration",
  "not_found",
  "page",
  "internal",
]);

/** A question that was not answered. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(error: ApiError) {
    super(error.message);
    this.name = "Refusal";
    this.code = error.code;
  }

  /** Whatever was thrown, as a refusal; what is none of the closed set is a fault of ours. */
  static of(thrown: unknown): Refusal {
    if (thrown instanceof Refusal) return thrown;
    if (typeof thrown === "object" && thrown !== null && "code" in thrown && CODES.has(thrown.code)) {
      const message = "message" in thrown ? String(thrown.message) : "";
      return new Refusal({ code: thrown.code as ErrorCode, message });
    }
    return new Refusal({
      code: "internal",
      message: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}
