import { addressOf, type Place, placeOf } from "./route.ts";

/** Where the person is. The address is the truth, so that back and forward work. */
class Here {
  place = $state.raw<Place>(placeOf(location.hash));
  #steps = 0;

  /** Follows the address. Returns how to stop. */
  follow(): () => void {
    const changed = () => {
      this.#steps += 1;
      this.place = placeOf(location.hash);
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }

  /** Goes somewhere. */
  go(place: Place): void {
    const address = addressOf(place);
    if (location.hash !== address) location.hash = address;
  }

  /** Goes where a window begins, without leaving a step to go back to. */
  begin(place: Place): void {
    history.replaceState(null, "", addressOf(place));
    this.place = place;
  }

  /** Back to where the person came from, or to the overview. */
  back(): void {
    if (this.place.view === "overview") return;
    if (this.#steps > 0) {
      this.#steps -= 2;
      history.back();
    } else {
      this.go({ view: "overview" });
    }
  }
}

export const here = new Here();
