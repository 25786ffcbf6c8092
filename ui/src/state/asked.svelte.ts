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
  /** The last question whose answer was taken; those of earlier ones come too late. */
  #taken = 0;
  #about: unknown = null;

  /**
   * Asks. An answer is taken unless a later question has been answered already. `about` tells apart what is asked about:
   * where it changes, no answer about anything else is taken any more.
   */
  async ask(question: () => Promise<T>, about: unknown = null): Promise<T | null> {
    if (about !== this.#about) this.#taken = this.#turn;
    this.#about = about;
    const turn = ++this.#turn;
    const timer = setTimeout(() => {
      if (turn === this.#turn) this.slow = true;
    }, FELT);
    this.waiting = true;
    try {
      const answer = await question();
      if (turn <= this.#taken) return null;
      this.#taken = turn;
      this.answer = answer;
      this.refusal = null;
      return answer;
    } catch (thrown) {
      if (turn > this.#taken) {
        this.#taken = turn;
        this.refusal = Refusal.of(thrown);
      }
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
    this.#taken = this.#turn;
    this.answer = null;
    this.refusal = null;
    this.waiting = false;
    this.slow = false;
  }
}
