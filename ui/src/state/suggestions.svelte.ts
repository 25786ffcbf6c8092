import backend from "#backend";

import type { ListedView, VendorsView } from "../backend/types.ts";
import { Asked } from "./asked.svelte.ts";

/** Somebody who types is not asked about every letter. */
const TYPING = 120;
/** As many as are looked through at a glance. */
const MOST = 7;

/** The vendors of the directory that somebody may mean by what they have typed so far. */
export class Suggestions {
  readonly asked = new Asked<{ sought: string; found: VendorsView }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The most probable first. */
  get vendors(): readonly ListedView[] {
    return this.asked.answer?.found.vendors ?? [];
  }

  /** What was looked for, once it was answered. */
  get sought(): string {
    return this.asked.answer?.sought ?? "";
  }

  /** Whether there are more than are told. */
  get more(): boolean {
    return this.asked.answer?.found.more ?? false;
  }

  /** How many vendors the directory knows; `null` until it has answered. */
  get size(): number | null {
    return this.asked.answer?.found.catalogue.vendors ?? null;
  }

  /** What keeps part of the directory from being used. */
  get trouble(): string | null {
    return this.asked.answer?.found.trouble ?? null;
  }

  /** Asks for these words as soon as nothing more is typed. Until they are answered the earlier ones stand. */
  type(typed: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(typed.trim()), TYPING);
  }

  /** Asks for these words at once; no words find nobody, and tell how large the directory is. */
  ask(sought: string): Promise<unknown> {
    clearTimeout(this.#timer);
    return this.asked.ask(async () => ({
      sought,
      found: await backend.ask({ request: "vendors", words: sought, limit: MOST }),
    }));
  }

  /** Whoever typed has left. */
  end(): void {
    clearTimeout(this.#timer);
    this.asked.forget();
  }
}
