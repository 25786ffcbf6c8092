import type { EngineView, Notice } from "../backend/types.ts";

/** What a window has to say of the program itself, each thing once. */
export interface Told {
  /** Why it stopped, in the program's words; `null` where it has none. */
  stopped: string | null;
  others: Notice[];
}

/** The notices, without those that say again what is known of the engine itself. */
export function noticesTold(
  notices: readonly Notice[],
  engine: EngineView | undefined,
  isSilent: boolean,
): Told {
  const isSaid = ({ id, text }: Notice) =>
    (isSilent && id === "engine") || (engine?.store_trouble != null && text.includes(engine.store_trouble));
  const stopped = isSilent ? (notices.find(({ id }) => id === "engine")?.text ?? null) : null;
  return { stopped, others: notices.filter((notice) => !isSaid(notice)) };
}
