import type { ComponentView, Health, VendorView } from "../backend/types.ts";

const SCALE: Record<Health, number> = {
  unknown: -1,
  operational: 0,
  maintenance: 1,
  degraded: 2,
  partial_outage: 3,
  major_outage: 4,
};

/** The place of a health on the scale; unknown stands below it, neither hiding nor outranking anything. */
export const rank = (health: Health): number => SCALE[health];

/** The worst known of some healths; unknown only if none is known. */
export function worst(healths: readonly Health[]): Health {
  return healths.reduce<Health>((one, other) => (rank(other) > rank(one) ? other : one), "unknown");
}

/** Whether the vendor says that something is wrong. */
export const isProblem = (health: Health): boolean => rank(health) >= SCALE.degraded;

/** Whether a maintenance goes on at this moment, as far as is known: of one that is no longer listed it is not. */
export const isUnderWay = ({ phase, listed }: { phase: string; listed: boolean }): boolean =>
  listed && (phase === "in_progress" || phase === "verifying");

/**
 * Whether everything that is wrong at a vendor was acknowledged: there are open incidents, each of them is acknowledged,
 * and no component in trouble lies outside of what they name: by its id, or by its name where the page gives no id. An
 * incident that names none stands for all.
 */
export function isAcknowledged(vendor: VendorView): boolean {
  const open = vendor.incidents.filter((incident) => incident.open);
  const isCovered = ({ id, name }: ComponentView) =>
    open.some(
      ({ components, component_ids: ids }) =>
        components.length === 0 ||
        ids.includes(id) ||
        components.some((named, index) => named === name && ids[index] == null),
    );
  return (
    open.length > 0 &&
    open.every(({ acknowledged }) => acknowledged) &&
    vendor.troubled.every((component) => !isProblem(component.health) || isCovered(component))
  );
}

/** Whether nothing but a feed is why a vendor's health is not known: its page is read, and tells of incidents alone. */
export const isOnlyFeed = ({ incidents_only, source, stale }: VendorView): boolean =>
  incidents_only && source === "fresh" && !stale;

/** The vendors by what a person has to know first. */
export interface Standing {
  problems: VendorView[];
  acknowledged: VendorView[];
  /** Incidents are open, and of everything beyond them nothing is known. */
  untold: VendorView[];
  incidents: VendorView[];
  unknown: VendorView[];
  /** A feed is read, and tells of no open incident. */
  feeds: VendorView[];
  maintenance: VendorView[];
  working: VendorView[];
}

function groupOf(vendor: VendorView): keyof Standing {
  if (isProblem(vendor.shown)) return isAcknowledged(vendor) ? "acknowledged" : "problems";
  if (vendor.incidents.some(({ open }) => open)) return vendor.shown === "unknown" ? "untold" : "incidents";
  if (vendor.shown === "unknown" && isOnlyFeed(vendor) && !vendor.maintenances.some(isUnderWay))
    return "feeds";
  if (vendor.shown === "unknown") return "unknown";
  if (vendor.shown === "maintenance" || vendor.maintenances.some(isUnderWay)) return "maintenance";
  return "working";
}

/** Sorts vendors into groups. Within one, the order in which they were told stays: the worst first. */
export function standingOf(vendors: readonly VendorView[]): Standing {
  const standing: Standing = {
    problems: [],
    acknowledged: [],
    untold: [],
    incidents: [],
    unknown: [],
    feeds: [],
    maintenance: [],
    working: [],
  };
  for (const vendor of vendors) standing[groupOf(vendor)].push(vendor);
  return standing;
}

/** Vendors that a person means by some letters: by name, page, component in trouble or incident. */
export function vendorsMatching(vendors: readonly VendorView[], typed: string): VendorView[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return [...vendors];
  return vendors.filter((vendor) =>
    [
      vendor.vendor,
      vendor.page,
      vendor.page_name ?? "",
      ...vendor.troubled.map(({ name }) => name),
      ...vendor.incidents.map(({ title }) => title),
    ].some((text) => text.toLowerCase().includes(wanted)),
  );
}

/** Since when a vendor is in trouble: by its own words, or else since that was recorded here. */
export function troubleSince(vendor: VendorView): { at: string; said: boolean } | null {
  const [first] = vendor.incidents
    .filter(({ open }) => open)
    .flatMap(({ started_at }) => started_at ?? [])
    .toSorted((one, other) => Date.parse(one) - Date.parse(other));
  if (first !== undefined) return { at: first, said: true };
  return vendor.health_since == null ? null : { at: vendor.health_since, said: false };
}
