import type { EngineView } from "../backend/types.ts";

/** An engine whose loop has not beaten for longer than this does not check, whatever it says of itself. */
const SILENT = 120_000;

/** An answer about the engine. */
export interface Heard {
  engine: EngineView;
  /** When it was given. */
  at: string;
  /** For how long, by a clock that sleeps with the computer, nothing newer has been answered. */
  waited: number;
}

/**
 * Whether nothing is being checked: because the engine says so, because its loop stood still when it answered, or because it
 * has not answered for too long. A computer that slept meanwhile is no reason to say so.
 */
export function isSilent({ engine, at, waited }: Heard): boolean {
  const stood = engine.heartbeat_at === null ? 0 : Date.parse(at) - Date.parse(engine.heartbeat_at);
  return !engine.running || stood > SILENT || waited > SILENT;
}
