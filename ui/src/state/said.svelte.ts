import { Refusal } from "../backend/backend.ts";
import { words } from "../words/en.ts";

interface Saying {
  text: string;
  undo?: (() => Promise<unknown>) | undefined;
  failed?: boolean;
}

/** How long the result of an action is shown. Nothing depends on seeing it: each undo is also a button of its own. */
const SHOWN = 12_000;

/** What the window says to the person about what was just done, and to a screen reader about what changed. */
class Said {
  saying = $state.raw<Saying | null>(null);
  /** For a live region. */
  news = $state("");
  #carried = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says what was done. */
  done(text: string, undo?: () => Promise<unknown>): void {
    this.#show({ text, undo });
  }

  /** Says what was done at the place to which that leads. */
  carry(text: string): void {
    this.done(text);
    this.#carried = true;
  }

  /** Somebody went elsewhere: what was said of the place before is over, unless it was carried along. */
  left(): void {
    if (this.#carried) this.#carried = false;
    else this.hush();
  }

  /** Says that something came to less than was wanted. */
  missed(text: string): void {
    this.#show({ text, failed: true });
  }

  /** Says why something was not done. */
  failed(thrown: unknown): void {
    const refusal = Refusal.of(thrown);
    this.#show({ text: `${words.refusal[refusal.code].title}: ${refusal.message}`, failed: true });
  }

  /** Does something and says what came of it. */
  async attempt<T>(
    action: () => Promise<T>,
    told: (result: T) => { text: string; undo?: () => Promise<unknown> },
  ) {
    try {
      const result = await action();
      const { text, undo } = told(result);
      this.done(text, undo);
      return result;
    } catch (thrown) {
      this.failed(thrown);
      return null;
    }
  }

  /** Takes the last action back. */
  async undo(): Promise<void> {
    const undo = this.saying?.undo;
    this.hush();
    if (!undo) return;
    try {
      await undo();
      this.done(words.undone);
    } catch (thrown) {
      this.failed(thrown);
    }
  }

  hush(): void {
    this.#carried = false;
    clearTimeout(this.#timer);
    this.saying = null;
  }

  #show(saying: Saying): void {
    clearTimeout(this.#timer);
    this.saying = saying;
    this.#timer = setTimeout(() => this.hush(), SHOWN);
  }
}

export const said = new Said();
