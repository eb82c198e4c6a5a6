import { plural } from '../figures.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Ask, KnownRows } from './compare.js';
import { countRowsOfBothSides, readRowCounts } from './sql/row-counts.js';
import type { Comparison, Finding } from './verdict.js';

type RowsOfBothSides = Pick<Comparison, 'baselineRows' | 'upcomingRows'>;

/**
 * Rows outside of what was compared are counted (from metadata), so that nobody takes a part for the whole.
 *
 * @param part what the rows had to lie in, in words
 * @throws Error when the part is empty: nothing was compared
 */
export async function judgePart(
  ask: Ask,
  { baseline, upcoming }: { readonly baseline: RelationName; readonly upcoming: RelationName },
  part: string,
  comparison: RowsOfBothSides,
  stored: KnownRows,
): Promise<readonly Finding[]> {
  const seen = readRowCounts(await ask(countRowsOfBothSides(baseline, upcoming)));
  const before = seen.baseline - comparison.baselineRows;
  const after = seen.upcoming - comparison.upcomingRows;
  if (comparison.baselineRows === 0 && before > 0) {
    throw new Error(
      `no row of the baseline lies within ${part}, so none of its ${plural(seen.baseline, 'row')} could be compared.`,
    );
  }
  const text = `${plural(before, 'row')} of the baseline and ${plural(after, 'row')} of blue lie outside ${part} and were not compared.`;
  return [
    { severity: 'info', text },
    ...judgeVisibility({ baselineRows: seen.baseline, upcomingRows: seen.upcoming }, stored),
  ];
}

/** A row access policy hides rows from COUNT(*) but not from metadata; what is hidden was not compared. */
export function judgeVisibility(counted: RowsOfBothSides, stored: KnownRows): readonly Finding[] {
  if (stored === undefined) return [];
  const sees = (side: string, seen: number, all: number): Finding[] =>
    seen === all
      ? []
      : [
          {
            severity: 'warn',
            text: `this role sees ${seen} of the ${all} rows of the ${side}: only those were compared.`,
          },
        ];
  return [
    ...sees('baseline', counted.baselineRows, stored.baseline),
    ...sees('upcoming table', counted.upcomingRows, stored.upcoming),
  ];
}
