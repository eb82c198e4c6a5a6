import { bytes, plural } from '../figures.js';
import type { Shortcut } from './verdict.js';

/** What metadata says of a table. */
export interface TableSize {
  readonly rows: number;
  /** That are scanned when the whole table is read. https://docs.snowflake.com/en/sql-reference/sql/show-tables */
  readonly bytes: number;
}

/** How much of two tables is compared, and why not more. */
export type Depth = { readonly kind: 'whole' } | { readonly kind: Exclude<Shortcut, 'sampled'>; readonly why: string };

/** A comparison reads each side twice, at most. */
const READS = 2;

/** What one part of an id takes at most, in a row: 36 letters of a UUID are stored in fewer bytes. */
const KEY_PART_BYTES = 32;

/**
 * The deepest comparison of two tables that reads no more than `maxBytes`: all columns, else the ids, else nothing but the
 * row counts that metadata tells. Estimated from above, so that the limit holds.
 *
 * @param maxBytes undefined: no limit
 * @param keyParts columns of the key; 0: no key is known, so that ids cannot be compared by themselves
 */
export function depthWithin(
  maxBytes: number | undefined,
  baseline: TableSize,
  upcoming: TableSize,
  keyParts: number,
): Depth {
  const whole = READS * (baseline.bytes + upcoming.bytes);
  if (maxBytes === undefined || whole <= maxBytes) return { kind: 'whole' };
  const limit = `max_bytes is ${bytes(maxBytes)}`;
  const keys = READS * (baseline.rows + upcoming.rows) * KEY_PART_BYTES * keyParts;
  if (keyParts > 0 && keys <= maxBytes) {
    return {
      kind: 'keys only',
      why: `only ids were compared, and no values: reading all columns takes up to ${bytes(whole)}, ${limit}.`,
    };
  }
  const least =
    keyParts === 0
      ? `reading it takes up to ${bytes(whole)}`
      : `reading ${plural(keyParts, 'key column')} alone takes up to ${bytes(keys)}`;
  return { kind: 'rows only', why: `rows were counted, and neither ids nor values compared: ${least}, ${limit}.` };
}
