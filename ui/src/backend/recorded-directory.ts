import { hostOf, isAddress, isSamePage } from "../reading/address.ts";
import { Refusal } from "./backend.ts";
import listed from "./recorded/vendors.json";
import type { ListedView, MatchedBy, VendorsView } from "./types.ts";

/** A vendor of the recorded directory. */
export type Entry = (typeof listed)[number];

interface Match {
  matched: MatchedBy;
  alias: string | null;
  exact: boolean;
  weight: number;
}

/** How well a name fits what was typed: just so, its beginning, the beginning of one of its words, written almost so. */
function fit(name: string, typed: string): number {
  const known = name.toLowerCase();
  if (known === typed) return 4;
  if (known.startsWith(typed)) return 3;
  if (known.split(/\s+/).some((word) => word.startsWith(typed))) return 2;
  return typed.length > 3 && known.slice(0, 3) === typed.slice(0, 3) ? 1 : 0;
}

function match(entry: Entry, typed: string): Match | null {
  const host = isAddress(typed) ? hostOf(typed).replace(/^www\./, "") : "";
  if (host !== "") {
    if (hostOf(entry.page) === host) return { matched: "page_host", alias: null, exact: true, weight: 5 };
    if (entry.domain === host) return { matched: "domain", alias: null, exact: true, weight: 5 };
    return entry.domain.startsWith(host) ? { matched: "domain", alias: null, exact: false, weight: 2 } : null;
  }
  const names = [
    { alias: null, weight: fit(entry.name, typed) },
    ...entry.aliases.map((alias) => ({ alias, weight: fit(alias, typed) - 0.5 })),
  ];
  const best = names.reduce((one, other) => (other.weight > one.weight ? other : one));
  if (best.weight <= 0) return null;
  const matched = best.weight <= 1 ? "similar" : best.alias === null ? "name" : "alias";
  return { ...best, matched, exact: best.weight > 3 };
}

/** The vendors that some words could mean, the most probable first. */
export function vendorsLike(words: string, limit: number, watched: readonly string[]): VendorsView {
  const typed = words.trim().toLowerCase();
  const all = typed === "" ? [] : listed.flatMap((entry) => ({ entry, match: match(entry, typed) }));
  const isClear = all.some(({ match: found }) => found !== null && found.matched !== "similar");
  const found = all
    .flatMap(({ entry, match: how }) => (how === null ? [] : { entry, how }))
    .filter(({ how }) => !isClear || how.matched !== "similar")
    .toSorted(
      (one, other) => other.how.weight - one.how.weight || one.entry.name.localeCompare(other.entry.name),
    );
  const vendors = found.slice(0, limit).map(({ entry, how }): ListedView => {
    const { matched, alias, exact } = how;
    const isWatched = watched.some((page) => isSamePage(page, entry.page));
    return Object.assign({ own: false, watched: isWatched, matched, alias, exact }, entry);
  });
  const categories = new Set(listed.map(({ category }) => category)).size;
  return {
    vendors,
    more: found.length > limit,
    catalogue: { vendors: listed.length, categories, updated: false },
    trouble: null,
  };
}

/** What somebody means by what was typed: an entry of the directory, or an address that it does not know. */
export function meant(typed: string): { page: string; entry: Entry | undefined } {
  const sought = typed.trim();
  const found = vendorsLike(sought, 50, []).vendors;
  const exact = found.filter((one) => one.exact);
  const entryOf = (one: ListedView | undefined) => listed.find(({ slug }) => slug === one?.slug);
  const bad = (message: string) => new Refusal({ code: "bad_input", message });
  if (exact.length > 1) {
    const pages = exact.map(({ name, page }) => `${name} (${page})`);
    throw bad(`“${sought}” may be any of: ${pages.join(", ")}`);
  }
  const entry = entryOf(exact[0]);
  if (entry) return { page: entry.page, entry };
  if (!isAddress(sought)) {
    const like = found.slice(0, 3).map(({ name }) => name);
    const mean = like.length > 0 ? `; did you mean ${like.join(", ")}?` : "";
    throw bad(`no vendor is called “${sought}”${mean}; the address of its status page will do`);
  }
  const address = /^https?:/i.test(sought) ? sought : `https://${sought}`;
  if (!URL.canParse(address)) throw bad(`“${sought}” is no address of a page`);
  return { page: `${new URL(address).origin}/`, entry: undefined };
}
