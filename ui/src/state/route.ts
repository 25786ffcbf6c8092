import type { Route } from "../backend/types.ts";

/** A place in the window: those that the program can send a person to, and those only reached from within. */
export type Place = Route | { view: "about" } | { view: "moment" };

/** The address of a place. */
export function addressOf(place: Place): string {
  const part = encodeURIComponent;
  switch (place.view) {
    case "overview":
      return "#/";
    case "vendor":
      return `#/vendor/${part(place.vendor)}`;
    case "incident":
      return place.vendor === null
        ? `#/incident/${part(place.id)}`
        : `#/vendor/${part(place.vendor)}/incident/${part(place.id)}`;
    case "history":
    case "add":
    case "about":
    case "moment":
      return `#/${place.view}`;
  }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The place of an address; what leads nowhere leads to the overview. */
export function placeOf(address: string): Place {
  const parts = address
    .replace(/^#?\/?/, "")
    .split("/")
    .map(decoded);
  const [first, second, third, fourth] = parts;
  if (first === "history" || first === "add" || first === "about" || first === "moment")
    return { view: first };
  if (first === "incident" && second) return { view: "incident", vendor: null, id: second };
  if (first === "vendor" && second) {
    if (third === "incident" && fourth) return { view: "incident", vendor: second, id: fourth };
    return { view: "vendor", vendor: second };
  }
  return { view: "overview" };
}
