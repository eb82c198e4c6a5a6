import type { Table, Value } from './oracle.js';

type Kind = 'NUMBER' | 'VARCHAR' | 'FLOAT' | 'BOOLEAN' | 'VARIANT' | 'TIMESTAMP_NTZ';
const KINDS: readonly Kind[] = ['NUMBER', 'VARCHAR', 'FLOAT', 'BOOLEAN', 'VARIANT', 'TIMESTAMP_NTZ'];
const TEXTS = ['', ' ', 'a', 'A', 'a ', "it's", 'ä', '|', '0', 'NULL'];

export interface Pair {
  readonly keyKinds: readonly Kind[];
  readonly valueKinds: readonly Kind[];
  readonly baseline: Table;
  readonly upcoming: Table;
}

/** A baseline of up to 12 rows, and what became of it: rows kept, lost, changed, repeated and come. */
export function randomPair(random: () => number): Pair {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const keyKinds = Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick<Kind>(['NUMBER', 'VARCHAR']));
  const valueKinds = Array.from({ length: Math.floor(random() * 4) }, () => pick(KINDS));
  const isWild = random() < 0.5; // with repeated keys
  const hasNulls = isWild && random() < 0.5;
  const value = (kind: Kind): Value => (random() < 0.2 ? null : valueOf(kind, random));
  const key = (position: number): Value[] =>
    keyKinds.map((kind) =>
      hasNulls && random() < 0.15 ? null : kind === 'NUMBER' ? position : `${pick(TEXTS)}${isWild ? '' : position}`,
    );
  const row = (position: number): Table['rows'][number] => ({ key: key(position), values: valueKinds.map(value) });
  const baseline = Array.from({ length: Math.floor(random() * 13) }, (_, index) => row(index));
  const calm = random();
  const upcoming = baseline.flatMap((old) => {
    const fate = random() < calm ? 1 : random();
    if (fate < 0.2) return [];
    if (fate < 0.3 && isWild) return [old, old];
    if (fate < 0.6)
      return [{ ...old, values: old.values.map((each, index) => mutate(each, valueKinds[index], value, random)) }];
    return [old];
  });
  const come = random() < calm ? 0 : Math.floor(random() * 4);
  const fresh = Array.from({ length: come }, (_, index) => row(100 + index)).flatMap((each) =>
    isWild && random() < 0.3 ? [each, each] : [each],
  );
  const pair = isWild && random() < 0.5 ? withSwappedValues(row(200), row(200)) : { before: [], after: [] };
  return {
    keyKinds,
    valueKinds,
    baseline: { rows: [...baseline, ...pair.before] },
    upcoming: { rows: [...fresh, ...upcoming, ...pair.after] },
  };
}

type Row = Table['rows'][number];

/** Two rows of one key that exchange their first value: each column keeps its values, the rows do not. */
function withSwappedValues(a: Row, b: Row): { readonly before: readonly Row[]; readonly after: readonly Row[] } {
  const second = { key: a.key, values: b.values };
  const [firstOfA, ...restOfA] = a.values;
  const [firstOfB, ...restOfB] = b.values;
  if (firstOfA === undefined || firstOfB === undefined) return { before: [a, second], after: [second, a] };
  return {
    before: [a, second],
    after: [
      { key: a.key, values: [firstOfB, ...restOfA] },
      { key: a.key, values: [firstOfA, ...restOfB] },
    ],
  };
}

function mutate(old: Value, kind: Kind | undefined, value: (kind: Kind) => Value, random: () => number): Value {
  if (kind === 'FLOAT' && typeof old === 'number' && random() < 0.5) return old * (1 + 1e-13); // re-rolled, not changed
  return kind === undefined || random() < 0.5 ? old : value(kind);
}

function valueOf(kind: Kind, random: () => number): Value {
  const number = Math.floor(random() * 4);
  switch (kind) {
    case 'NUMBER':
      return number;
    case 'VARCHAR':
      return TEXTS[Math.floor(random() * TEXTS.length)] ?? '';
    case 'FLOAT':
      return [0, -1.25, 1e300, 3.5e-7][number] ?? 0;
    case 'BOOLEAN':
      return number < 2 ? 'TRUE' : 'FALSE';
    case 'VARIANT':
      return [`{"a":1}`, `{"a":2}`, `[1,2]`, `null`][number] ?? '1';
    case 'TIMESTAMP_NTZ':
      return `2026-01-0${number + 1} 00:00:00`;
  }
}

/** One row as a SELECT list of literals. */
export function literals(row: Table['rows'][number], pair: Pair): string {
  const kinds = [...pair.keyKinds, ...pair.valueKinds];
  return [...row.key, ...row.values].map((value, index) => literal(value, kinds[index] ?? 'NUMBER')).join(', ');
}

function literal(value: Value, kind: Kind): string {
  if (value === null) return 'NULL';
  const text = `'${String(value).replaceAll("'", "''")}'`;
  switch (kind) {
    case 'NUMBER':
      return String(value);
    case 'VARCHAR':
      return text;
    case 'VARIANT':
      return `PARSE_JSON(${text})`;
    case 'FLOAT':
    case 'BOOLEAN':
    case 'TIMESTAMP_NTZ':
      return `${text}::${kind}`;
  }
}
