/** How often a race is run: as often as the claim that it proves says, or as often as the environment asks for. */
import process from 'node:process';

/** A real dbt runs in each round. */
export const HOURS = 4 * 3_600_000;

/**
 * @param full as often as it takes to speak of a proof
 * @returns `CONTENTION_ROUNDS` where that is set
 * @throws TypeError when that is no whole number above 0
 */
export function roundsOf(full: number): number {
  const asked = process.env['CONTENTION_ROUNDS'];
  if (asked === undefined || asked === '') return full;
  const rounds = Number(asked);
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new TypeError(`CONTENTION_ROUNDS is "${asked}", and a whole number above 0 is wanted.`);
  }
  return rounds;
}

/** What came of rounds. */
export interface Tried {
  readonly rounds: number;
  /** One text for each round that did not end as it must. */
  readonly wrong: readonly string[];
}

/** Runs each round to its end, whatever became of those before, and prints how it went. */
export async function tryEach<T>(
  rounds: readonly T[],
  name: (round: T) => string,
  run: (round: T) => Promise<string>,
): Promise<Tried> {
  const wrong: string[] = [];
  for (const [index, round] of rounds.entries()) {
    const title = `${String(index + 1)} of ${String(rounds.length)}: ${name(round)}`;
    const started = Date.now();
    const end = await run(round).then(
      (what) => ({ held: true, what }),
      (error: unknown) => ({ held: false, what: error instanceof Error ? error.message : String(error) }),
    );
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    process.stderr.write(`${end.held ? 'held ' : 'BROKE'}  ${title} (${seconds} s): ${end.what}\n`);
    if (!end.held) wrong.push(`${title}\n${end.what}`);
  }
  return { rounds: rounds.length, wrong };
}
