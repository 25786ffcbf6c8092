import backend from "#backend";
import { SvelteMap } from "svelte/reactivity";

import type { IncidentView } from "../backend/types.ts";
import { firstSentence } from "../reading/sentence.ts";

/** What identifies the last word of an incident: it is asked for again only when there is a newer one. */
const keyOf = ({ vendor, id, last_word_at, updates }: IncidentView) =>
  `${vendor}\n${id}\n${last_word_at ?? ""}\n${updates}`;

/** The first sentence of the last word on an incident, asked for where somebody looks at it. One at a time. */
class LastWords {
  readonly #known = new SvelteMap<string, string>();
  readonly #asked = new Set<string>();
  #before: Promise<void> = Promise.resolve();

  of(incident: IncidentView): string {
    return this.#known.get(keyOf(incident)) ?? "";
  }

  want(incident: IncidentView): void {
    const key = keyOf(incident);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#before = this.#before.then(() => this.#ask(incident, key));
  }

  async #ask({ id, vendor }: IncidentView, key: string): Promise<void> {
    try {
      const detail = await backend.ask({ request: "incident", id, vendor });
      const last = detail.updates.findLast(({ deleted, text }) => !deleted && text.trim() !== "");
      this.#known.set(key, last ? firstSentence(last.text) : "");
    } catch {
      // The incident's own page says why; here its age alone is shown, and the next look asks again.
      this.#asked.delete(key);
    }
  }
}

export const lastWords = new LastWords();
