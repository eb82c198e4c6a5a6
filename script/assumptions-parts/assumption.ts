import type { Bench } from './bench.js';

/** What a try showed; `seen` says what was measured, for either answer. */
export interface Finding {
  readonly holds: boolean;
  readonly seen: string;
}

/** One row of docs/assumptions.md and how to try it. */
export interface Assumption {
  /** Its number there. */
  readonly number: number;
  readonly name: string;
  /** @throws NotTried or SnowflakeError when the account does not let it be tried */
  readonly check: (bench: Bench) => Promise<Finding>;
}

/** The assumption could be neither confirmed nor refuted here. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}

export function finding(holds: boolean, seen: string): Finding {
  return { holds, seen };
}
