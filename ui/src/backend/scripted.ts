import type { AnswerTo, Backend, Question } from "./backend.ts";
import type { ApiError, Arrival, Hint, Notice, Reply, Route } from "./types.ts";

/** A question that waits for its answer. */
export interface Held {
  question: Question;
  answer: (reply: unknown) => Promise<void>;
  refuse: (error: ApiError) => Promise<void>;
}

/** Long enough for everything that waits for an answer to have taken it. */
const settle = () => new Promise<void>((done) => setTimeout(done, 0));

/** A backend for tests: it answers when it is told to, in whatever order. */
export class Scripted implements Backend {
  #held: Held[] = [];
  readonly links: string[] = [];
  readonly dismissed: string[] = [];

  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    return new Promise((resolve, reject) => {
      const held: Held = {
        question,
        answer: (reply) => {
          this.#drop(held);
          resolve(reply as AnswerTo<Q>);
          return settle();
        },
        refuse: (error) => {
          this.#drop(held);
          reject(error);
          return settle();
        },
      };
      this.#held.push(held);
    });
  }

  /** The unanswered questions of one kind, oldest first. */
  of(kind: Question["request"]): Held[] {
    return this.#held.filter(({ question }) => question.request === kind);
  }

  /** The oldest unanswered question of one kind. */
  first(kind: Question["request"]): Held {
    const [held] = this.of(kind);
    if (!held) throw new Error(`nobody has asked for ${kind}`);
    return held;
  }

  /** The unanswered question to the directory for these words. */
  sought(words: string): Held {
    const held = this.of("vendors").find(({ question }) => "words" in question && question.words === words);
    if (!held) throw new Error(`nobody has looked for ${words}`);
    return held;
  }

  /** Answers every question of one kind alike. */
  async all(kind: Question["request"], reply: Partial<Reply>): Promise<void> {
    for (const held of this.of(kind)) await held.answer(reply);
  }

  forget(): void {
    this.#held = [];
    this.links.length = 0;
    this.dismissed.length = 0;
  }

  arrive = (): Promise<Arrival> => new Promise(() => undefined);
  openLink = async (url: string): Promise<void> => void this.links.push(url);
  startAtLogin = async (enabled: boolean): Promise<boolean> => enabled;
  dismiss = async (notice: string): Promise<void> => void this.dismissed.push(notice);
  onHint = (_listener: (hint: Hint) => void) => () => undefined;
  onRoute = (_listener: (route: Route) => void) => () => undefined;
  onNotices = (_listener: (notices: Notice[]) => void) => () => undefined;

  #drop(held: Held): void {
    this.#held = this.#held.filter((other) => other !== held);
  }
}

export default new Scripted();
