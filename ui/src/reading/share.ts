import type { ComponentUptimeView } from "../backend/types.ts";
import { words } from "../words/en.ts";
import { asHeading } from "./sentence.ts";

/** Below this share of the time there is too little to judge a component by. */
const ENOUGH = 0.001;

/**
 * A share as percent, never rounded up: what is not whole is not "100 %", and what is not nothing is not "0 %". `digits`
 * after the point at most.
 */
export function percent(share: number, digits = 2): string {
  const scale = 10 ** digits;
  // What binary fractions lose (0.9999 * 10 000 is 9 998.999…) is far less than a millionth of a step.
  const floored = Math.floor(Math.min(1, Math.max(0, share)) * 100 * scale + 1e-6) / scale;
  return floored === 0 && share > 0 ? words.uptime.lessThan(`${1 / scale} %`) : `${floored} %`;
}

/** How much of the time was observed: with a digit more where there is little of it. */
export const observedShare = (share: number): string => percent(share, share < 0.1 ? 1 : 0);

/** How much a component worked, in words: never without the share of the time that this is known of. */
export function uptimeSaid({ up, observed }: ComponentUptimeView): string {
  if (up == null || observed <= 0) return words.uptime.none;
  const share = observedShare(observed);
  return observed < ENOUGH ? asHeading(words.uptime.hardly(share)) : words.uptime.said(percent(up), share);
}

/** Why there is nothing to be said of any component; `null` where there is. */
export function tooLittleObserved(components: readonly ComponentUptimeView[]): string | null {
  const most = Math.max(0, ...components.map(({ observed }) => observed));
  if (most >= ENOUGH) return null;
  return most === 0 ? words.uptime.nothing : asHeading(words.uptime.tooLittle(observedShare(most)));
}

/** The components that have something to tell first: what worked least, then what was not observed. */
export function leastFirst(components: readonly ComponentUptimeView[]): ComponentUptimeView[] {
  const weight = ({ up }: ComponentUptimeView) => up ?? 2;
  return components.toSorted((one, other) => weight(one) - weight(other));
}
