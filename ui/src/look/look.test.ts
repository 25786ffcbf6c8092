import { describe, expect, it } from "vitest";

import { lookRules } from "../../build/look-styles.ts";
import type { Health } from "../backend/types.ts";
import look from "./look.json";

const GROUNDS = { light: ["#FFFFFF", "#F3F4F6"], dark: ["#1B1D21", "#26292F"] } as const;
const HEALTHS: Health[] = [
  "operational",
  "maintenance",
  "degraded",
  "partial_outage",
  "major_outage",
  "unknown",
];

function luminance(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe("the look", () => {
  it("has a colour and a shape for every health and for nothing else", () => {
    expect(Object.keys(look.health).toSorted()).toEqual(HEALTHS.toSorted());
    for (const health of HEALTHS) expect(look.health[health].shape.length).toBeGreaterThan(0);
  });

  it.each(HEALTHS)("keeps 4.5 to 1 for %s on every ground", (health) => {
    for (const theme of ["light", "dark"] as const) {
      for (const ground of GROUNDS[theme]) {
        expect(contrast(look.health[health][theme], ground)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("gives no two healths the same shape", () => {
    const shapes = HEALTHS.map((health) => look.health[health].shape.map(({ d }) => d).join(" "));
    expect(new Set(shapes).size).toBe(HEALTHS.length);
  });

  it("becomes custom properties for both themes", () => {
    const rules = lookRules(look);
    expect(rules).toContain(`--partial-outage: ${look.health.partial_outage.light};`);
    expect(rules).toMatch(/prefers-color-scheme: dark.*--unknown: #/s);
  });
});
