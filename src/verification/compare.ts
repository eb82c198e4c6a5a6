import type { Row, Statement } from '../snowflake/warehouse.js';
import { fingerprintBothSides, readFingerprints } from './sql/fingerprint.js';
import type { Fingerprint } from './sql/fingerprint.js';
import { groupBothSides, readGroup } from './sql/group.js';
import type { GroupCounts } from './sql/group.js';
import { joinBothSides, needsGroups, readJoin } from './sql/join.js';
import type { JoinCounts } from './sql/join.js';
import { compareRowsWithoutKey, readKeyless } from './sql/keyless.js';
import type { Sides, ValueColumn } from './sql/sides.js';
import type { Comparison } from './verdict.js';

/** Runs one statement. */
export type Ask = (statement: Statement) => Promise<readonly Row[]>;

/** Rows of each side as `SHOW TABLES` tells them; undefined where metadata does not (views). */
export type KnownRows = { readonly baseline: number; readonly upcoming: number } | undefined;

const NO_SAMPLES = { missing: [], extra: [], changed: [], duplicate: [] } as const;
const NO_DUPLICATES = { baseline: 0, upcoming: 0 } as const;

/**
 * Compares two relations in 2 table reads, at most 4: one aggregate row for each side unless the row counts already
 * differ, then one pairing by key over the columns that differ. Counts are exact.
 *
 * @param isUnique a test of dbt, passed in blue, proves that no key repeats there
 * @throws whatever `ask` throws, and Error when an answer is not what was asked for
 */
export async function compareSides(ask: Ask, sides: Sides, known: KnownRows, isUnique: boolean): Promise<Comparison> {
  if (known !== undefined && known.baseline !== known.upcoming) return pairDirectly(ask, sides, known);
  const prints = readFingerprints(sides, await ask(fingerprintBothSides(sides)));
  if (isIdentical(prints.baseline, prints.upcoming)) return identical(prints.baseline);
  if (sides.key.length === 0) return withoutKey(ask, sides, 2);
  return pairAfterFingerprint(ask, sides, prints, isUnique);
}

function isIdentical(baseline: Fingerprint, upcoming: Fingerprint): boolean {
  return baseline.rows === upcoming.rows && baseline.key === upcoming.key && baseline.row === upcoming.row;
}

/** Only what metadata tells. */
export function countedRows({ baseline, upcoming }: NonNullable<KnownRows>): Comparison {
  const nothing = { ...identical({ rows: 0, nullKeys: 0 }), tableReads: 0, identical: false };
  return { ...nothing, form: 'counted', baselineRows: baseline, upcomingRows: upcoming };
}

function identical(print: Pick<Fingerprint, 'rows' | 'nullKeys'>): Comparison {
  return {
    form: 'fingerprint',
    baselineRows: print.rows,
    upcomingRows: print.rows,
    identical: true,
    matched: print.rows,
    missing: 0,
    extra: 0,
    extraSinceCutOff: undefined,
    changed: 0,
    changedSinceCutOff: undefined,
    changedOtherwise: 0,
    excused: [],
    nullKeys: { baseline: print.nullKeys, upcoming: print.nullKeys },
    duplicateKeys: NO_DUPLICATES,
    columns: [],
    samples: NO_SAMPLES,
    tableReads: 2,
  };
}

/** Row counts differ, so the fingerprints must too: the first stage would tell nothing. */
async function pairDirectly(
  ask: Ask,
  sides: Sides,
  known: { readonly baseline: number; readonly upcoming: number },
): Promise<Comparison> {
  if (sides.key.length === 0) return withoutKey(ask, sides, 0);
  const counts = readJoin(sides, await ask(joinBothSides(sides)));
  if (!needsGroups(counts, known)) return joined(counts, 2);
  return grouped(readGroup(sides, await ask(groupBothSides(sides))), 4);
}

/**
 * The join is right only when no key repeats. After the first stage there is one pairing left of the four reads, so it
 * is used only where that is proven: blue is unique by a test, and equal key hashes carry this over to the baseline.
 */
async function pairAfterFingerprint(
  ask: Ask,
  sides: Sides,
  prints: { readonly baseline: Fingerprint; readonly upcoming: Fingerprint },
  isUnique: boolean,
): Promise<Comparison> {
  const { baseline, upcoming } = prints;
  const sameKeys = baseline.key === upcoming.key;
  const values = sameKeys ? differingColumns(sides, baseline, upcoming) : sides.values;
  const narrowed = { ...sides, values, rowValues: sides.values };
  if (sameKeys && isUnique && upcoming.nullKeys === 0) {
    const counts = readJoin(narrowed, await ask(joinBothSides(narrowed)));
    const rows = { baseline: baseline.rows, upcoming: upcoming.rows };
    if (!needsGroups(counts, rows)) return joined(counts, 4);
    throw new Error('A key repeats although a passed test of dbt says that it is unique: something writes to blue.');
  }
  return grouped(readGroup(narrowed, await ask(groupBothSides(narrowed))), 4);
}

/** None may differ by itself though the rows do: values swapped between two rows of one key. Then all are needed. */
function differingColumns(sides: Sides, baseline: Fingerprint, upcoming: Fingerprint): readonly ValueColumn[] {
  const differing = sides.values.filter((_, index) => baseline.columns[index] !== upcoming.columns[index]);
  return differing.length === 0 ? sides.values : differing;
}

function joined(counts: JoinCounts, tableReads: number): Comparison {
  return paired('join', { ...counts, duplicateKeys: NO_DUPLICATES }, tableReads);
}

function grouped(counts: GroupCounts, tableReads: number): Comparison {
  return paired('group', counts, tableReads);
}

function paired(form: 'join' | 'group', counts: GroupCounts, tableReads: number): Comparison {
  const { missing, extra, changed } = counts;
  return {
    form,
    baselineRows: counts.baselineRows,
    upcomingRows: counts.upcomingRows,
    identical: missing + extra + changed === 0,
    matched: counts.matched,
    missing,
    extra,
    extraSinceCutOff: counts.extraSinceCutOff,
    changed,
    changedSinceCutOff: counts.changedSinceCutOff,
    changedOtherwise: counts.changedOtherwise,
    excused: counts.excused,
    nullKeys: counts.nullKeys,
    duplicateKeys: counts.duplicateKeys,
    columns: counts.columns.filter((column) => column.changed > 0 || isEmptied(column)),
    samples: counts.samples,
    tableReads,
  };
}

/** All NULL in blue though not in the baseline: worth telling even where no key matches. */
function isEmptied(column: { readonly filled: { readonly baseline: number; readonly upcoming: number } }): boolean {
  return column.filled.baseline > 0 && column.filled.upcoming === 0;
}

async function withoutKey(ask: Ask, sides: Sides, readsBefore: number): Promise<Comparison> {
  const counts = readKeyless(sides, await ask(compareRowsWithoutKey(sides)));
  return {
    form: 'keyless',
    baselineRows: counts.baselineRows,
    upcomingRows: counts.upcomingRows,
    identical: counts.onlyBaseline + counts.onlyUpcoming === 0,
    matched: counts.baselineRows - counts.onlyBaseline,
    missing: counts.onlyBaseline,
    extra: counts.onlyUpcoming,
    extraSinceCutOff: undefined,
    changed: 0,
    changedSinceCutOff: undefined,
    changedOtherwise: 0,
    excused: counts.excused,
    nullKeys: { baseline: 0, upcoming: 0 },
    duplicateKeys: NO_DUPLICATES,
    columns: [],
    samples: NO_SAMPLES,
    tableReads: readsBefore + 2,
  };
}
