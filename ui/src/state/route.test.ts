import { describe, expect, it } from "vitest";

import { addressOf, type Place, placeOf } from "./route.ts";

describe("an address in the window", () => {
  it.each<Place>([
    { view: "overview" },
    { view: "vendor", vendor: "Harborline Cloud" },
    { view: "vendor", vendor: "a/b #c?d%e" },
    { view: "vendor", vendor: "incident" },
    { view: "incident", vendor: "a/b", id: "x/y" },
    { view: "incident", vendor: null, id: "hl-4821" },
    { view: "history" },
    { view: "moment" },
    { view: "add" },
    { view: "about" },
  ])("leads to %j and back", (place) => {
    expect(placeOf(addressOf(place))).toEqual(place);
  });

  it.each(["", "#", "#/", "#/nowhere", "#/vendor/", "#/incident", "#/vendor/%E0%A4%A"])(
    "%j that leads nowhere leads to the overview",
    (address) => {
      expect(placeOf(address)).toEqual({ view: "overview" });
    },
  );
});
