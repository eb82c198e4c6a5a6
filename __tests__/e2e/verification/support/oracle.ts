/** The comparison by another road: rows in JavaScript maps, no SQL and none of the code under test. */

export type Value = number | string | null;

/** Key parts, then values; `floats` are positions of FLOAT values. */
export interface Table {
  readonly rows: readonly { readonly key: readonly Value[]; readonly values: readonly Value[] }[];
}

export interface Expected {
  readonly matched: number;
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  readonly nullKeys: { readonly baseline: number; readonly upcoming: number };
  readonly duplicateKeys: { readonly baseline: number; readonly upcoming: number };
  /** By position of the value; only those that differ. */
  readonly columns: ReadonlyMap<
    number,
    { readonly changed: number; readonly toNull: number; readonly fromNull: number }
  >;
}

type Group = readonly (readonly Value[])[];

export function expectedOf(baseline: Table, upcoming: Table, floats: ReadonlySet<number>): Expected {
  const before = groups(baseline);
  const after = groups(upcoming);
  const matched = [...before.keys()].filter((key) => after.has(key));
  const pairs = matched.map((key): [Group, Group] => [before.get(key) ?? [], after.get(key) ?? []]);
  return {
    matched: matched.length,
    missing: before.size - matched.length,
    extra: after.size - matched.length,
    changed: pairs.filter(([old, fresh]) => isChanged(old, fresh, floats)).length,
    nullKeys: { baseline: nullKeys(baseline), upcoming: nullKeys(upcoming) },
    duplicateKeys: { baseline: duplicates(before), upcoming: duplicates(after) },
    columns: columnsOf(pairs, floats),
  };
}

function groups(table: Table): ReadonlyMap<string, Group> {
  const found = new Map<string, Value[][]>();
  for (const { key, values } of table.rows) {
    const name = JSON.stringify(key);
    const group = found.get(name) ?? [];
    found.set(name, group);
    group.push([...values]);
  }
  return found;
}

function isChanged(old: Group, fresh: Group, floats: ReadonlySet<number>): boolean {
  if (old.length !== fresh.length) return true;
  const [a, b] = [old[0] ?? [], fresh[0] ?? []];
  if (old.length === 1) return a.some((value, position) => differ(value, b[position] ?? null, floats.has(position)));
  return sorted(old) !== sorted(fresh);
}

function differ(a: Value, b: Value, isFloat: boolean): boolean {
  if (!isFloat || typeof a !== 'number' || typeof b !== 'number') return a !== b;
  return a !== b && !(Math.abs(a - b) < 1e-9 * Math.min(Math.abs(a), Math.abs(b)));
}

function sorted(rows: readonly unknown[]): string {
  return rows
    .map((row) => JSON.stringify(row))
    .sort()
    .join('\n');
}

function columnsOf(pairs: readonly [Group, Group][], floats: ReadonlySet<number>): Expected['columns'] {
  const counts = new Map<number, { changed: number; toNull: number; fromNull: number }>();
  for (const [old, fresh] of pairs.filter(([a, b]) => a.length === b.length)) {
    for (const position of (old[0] ?? []).keys()) {
      const a = old.map((row) => row[position] ?? null);
      const b = fresh.map((row) => row[position] ?? null);
      const isSingle = a.length === 1;
      const changed = isSingle ? differ(a[0] ?? null, b[0] ?? null, floats.has(position)) : sorted(a) !== sorted(b);
      if (!changed) continue;
      const nulls = (values: readonly Value[]): number => values.filter((value) => value === null).length;
      const count = counts.get(position) ?? { changed: 0, toNull: 0, fromNull: 0 };
      counts.set(position, count);
      count.changed += 1;
      count.toNull += Math.max(0, nulls(b) - nulls(a));
      count.fromNull += Math.max(0, nulls(a) - nulls(b));
    }
  }
  return counts;
}

function nullKeys(table: Table): number {
  return table.rows.filter(({ key }) => key.includes(null)).length;
}

function duplicates(found: ReadonlyMap<string, Group>): number {
  return [...found]
    .filter(([key]) => !(JSON.parse(key) as Value[]).includes(null))
    .reduce((sum, [, group]) => sum + group.length - 1, 0);
}
