import type { ComponentUptimeView } from "../backend/types.ts";

/** A share as percent, never rounded up: what is not whole is not "100 %". `digits` after the point at most. */
export function percent(share: number, digits = 2): string {
  const scale = 10 ** digits;
  // What binary fractions lose (0.9999 * 10 000 is 9 998.999…) is far less than a millionth of a step.
  const floored = Math.floor(Math.min(1, Math.max(0, share)) * 100 * scale + 1e-6) / scale;
  return `${floored} %`;
}

/** The components that have something to tell first: what worked least, then what was not observed. */
export function leastFirst(components: readonly ComponentUptimeView[]): ComponentUptimeView[] {
  const weight = ({ up }: ComponentUptimeView) => up ?? 2;
  return components.toSorted((one, other) => weight(one) - weight(other));
}
