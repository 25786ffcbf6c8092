import { Refusal } from "../backend/backend.ts";

/** Below this a wait is not felt, and words about it would only flicker. */
const FELT = 300;

/** One thing that was asked for: its answer, why there is none, and whether the wait is long enough to be told. */
export class Asked<T> {
  answer = $state.raw<T | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  waiting = $state(false);
  slow = $state(false);
  #turn = 0;

  /** Asks. An answer that was overtaken by a later question is dropped. */
  async ask(question: () => Promise<T>): Promise<T | null> {
    const turn = ++this.#turn;
    const timer = setTimeout(() => {
      if (turn === this.#turn) this.slow = true;
    }, FELT);
    this.waiting = true;
    try {
      const answer = await question();
      if (turn !== this.#turn) return null;
      this.answer = answer;
      this.refusal = null;
      return answer;
    } catch (thrown) {
      if (turn === this.#turn) this.refusal = Refusal.of(thrown);
      return null;
    } finally {
      clearTimeout(timer);
      if (turn === this.#turn) {
        this.waiting = false;
        this.slow = false;
      }
    }
  }

  /** Forgets what was answered: what is asked for next is something else. */
  forget(): void {
    this.#turn += 1;
    this.answer = null;
    this.refusal = null;
    this.waiting = false;
    this.slow = false;
  }
}
