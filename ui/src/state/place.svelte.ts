import { addressOf, type Place, placeOf } from "./route.ts";

/** What is kept with each step of the window's own history: how many lie before it. */
interface Step {
  step: number;
}

const isStep = (state: unknown): state is Step =>
  typeof state === "object" && state !== null && "step" in state && typeof state.step === "number";

/** Where the person is. The address is the truth, so that back and forward work. */
class Here {
  place = $state.raw<Place>(placeOf(location.hash));
  /** Whether anybody has gone anywhere since the window opened. */
  moved = false;
  /** Whether the person has been here before, and comes back. */
  isReturn = false;
  #step = 0;
  /** The addresses of the steps so far. */
  #trail: string[] = [];
  /** Steps back that were asked for and have not been taken yet. */
  #leaving = 0;

  /** Follows the address. Returns how to stop. */
  follow(): () => void {
    const changed = () => {
      this.moved = true;
      this.#leaving = 0;
      this.isReturn = isStep(history.state);
      this.#step = isStep(history.state) ? history.state.step : this.#step + 1;
      this.#mark();
      this.place = placeOf(location.hash);
    };
    this.#mark();
    // The window puts its places back itself: they may have to be looked up anew.
    history.scrollRestoration = "manual";
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }

  /** Goes somewhere. */
  go(place: Place): void {
    const address = addressOf(place);
    this.moved = true;
    if (location.hash !== address) location.hash = address;
  }

  /** Goes where a window begins, without leaving a step to go back to, unless somebody has gone elsewhere already. */
  begin(place: Place): void {
    if (this.moved) return;
    history.replaceState({ step: this.#step } satisfies Step, "", addressOf(place));
    this.place = place;
    this.#mark();
  }

  /** Goes to the place above; where the person came from there, back to it as it was. */
  up(place: Place): void {
    if (this.#leaving === 0 && this.#step > 0 && this.#trail[this.#step - 1] === addressOf(place))
      this.back();
    else this.go(place);
  }

  /** Back to where the person came from, or to the overview. */
  back(): void {
    if (this.place.view === "overview") return;
    if (this.#step > this.#leaving) {
      this.#leaving += 1;
      history.back();
    } else if (this.#leaving === 0) {
      this.go({ view: "overview" });
    }
  }

  #mark(): void {
    this.#trail[this.#step] = addressOf(placeOf(location.hash));
    if (!isStep(history.state)) history.replaceState({ step: this.#step } satisfies Step, "");
  }
}

export const here = new Here();
