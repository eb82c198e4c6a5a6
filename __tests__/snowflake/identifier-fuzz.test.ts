import { describe, expect, test } from '@jest/globals';
import { PLAIN_NAMES } from '../../script/statement-list-parts/example.js';
import type { ExampleNames } from '../../script/statement-list-parts/example.js';
import { EXAMPLES } from '../../script/statement-list-parts/examples.js';
import { parseIdentifier, parseRelationName, quoteName, quoteRelation } from '../../src/snowflake/identifiers.js';
import { identifiersIn } from '../../src/snowflake/sql-text.js';
import { HOSTILE_NAMES } from './support/hostile.js';
import { randomNames } from './support/random-names.js';
import { tokenizedBySqlglot } from './support/sqlglot.js';
import { tokenize } from './support/tokens.js';

/** Another seed tries other names: FUZZ_SEED=7 npm run unit -- identifier-fuzz */
const SEED = Number(process.env['FUZZ_SEED'] ?? '20261122');
const NAMES = [...HOSTILE_NAMES, ...randomNames(10_000 - HOSTILE_NAMES.length, SEED)];

const SLOTS = Object.keys(PLAIN_NAMES) as readonly (keyof ExampleNames)[];
/** Stand in the plain statement for the names; nothing of ours is called so. */
const MARKED = named((index) => `plain ${index}`);

function named(nameAt: (index: number) => string): ExampleNames {
  const { database, live, beside, kept, table, column, role, text, id } = Object.fromEntries(
    SLOTS.map((slot, index) => [slot, nameAt(index)]),
  ) as Record<keyof ExampleNames, string>;
  return { database, live, beside, kept, table, column, role, text, id };
}

/** Every slot holds another name; over all of these each name stands once in each slot. */
const NAMED = NAMES.map((_, index) => named((slot) => NAMES[(index + slot) % NAMES.length] ?? ''));

/** One token of any tokenizer: a name and a literal by what they stand for. */
interface Token {
  readonly kind: string;
  readonly value: string;
}

type Split = (sql: string) => readonly Token[];

/**
 * The first difference that is more than the names; undefined when there is none. A literal may be a name, or SQL that holds names
 * (the block of the switch, the relation of a change token), and is then compared by its own tokens.
 */
function difference(split: Split, plain: string, hostile: string, names: ExampleNames): string | undefined {
  const meant = new Map(SLOTS.map((slot) => [MARKED[slot], names[slot]]));
  const [expected, found] = [split(plain), split(hostile)];
  if (expected.length !== found.length) return `${expected.length} tokens became ${found.length}`;
  for (const [index, token] of expected.entries()) {
    const { kind, value } = found[index] ?? { kind: '', value: '' };
    if (kind !== token.kind) return `${token.kind} ${token.value} became ${kind} ${value}`;
    if (value === (meant.get(token.value) ?? token.value)) continue;
    const inside = kind === 'literal' ? difference(split, token.value, value, names) : `${token.value} became ${value}`;
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function report(name: string, names: ExampleNames, flaw: string): string {
  return `seed ${SEED}: ${name} with ${JSON.stringify(names)}: ${flaw}`;
}

describe(`10,000 hostile names, seed ${SEED}`, () => {
  test('are all ones that Snowflake can hold', () => {
    expect(NAMES).toHaveLength(10_000);
    expect(new Set(NAMES).size).toBeGreaterThan(8_000);
    expect(NAMES.filter((name) => name === '' || Array.from(name).length > 255 || name.includes('\0'))).toEqual([]);
    expect(NAMES.filter((name) => Array.from(name).length === 255).length).toBeGreaterThan(300);
  });

  test('come back from SQL as they were, in each of three places', () => {
    for (const [index, name] of NAMES.entries()) {
      const other = NAMES[(index + 1) % NAMES.length] ?? '';
      const relation = { database: other, schema: name, name };
      const back = {
        identifier: parseIdentifier(quoteName(name)),
        relation: parseRelationName(quoteRelation(relation)),
        found: identifiersIn(`SELECT * FROM ${quoteRelation(relation)} -- end`),
      };
      expect(back).toEqual({ identifier: name, relation, found: new Set(['SELECT', 'FROM', other, name]) });
    }
  });

  test.each(EXAMPLES.map(({ make }) => ({ name: make(MARKED).name, make })))(
    '$name stays one statement that differs by the names alone',
    ({ name, make }) => {
      const plain = make(MARKED).sql;
      // Of the long statements of verification, each name stands in one slot: more would take minutes.
      const every = tokenize(plain).length > 80 ? SLOTS.length : 1;
      const flaws: string[] = [];
      for (let index = 0; index < NAMED.length; index += every) {
        const names = NAMED[index] ?? MARKED;
        const flaw = difference(tokenize, plain, make(names).sql, names);
        if (flaw !== undefined) flaws.push(report(name, names, flaw));
      }
      expect(flaws.slice(0, 3)).toEqual([]);
    },
  );
});

test('sqlglot reads the same out of them', () => {
  const kinds: Readonly<Record<string, string>> = { IDENTIFIER: 'name', STRING: 'literal' };
  const cases = EXAMPLES.flatMap(({ make }, at) =>
    NAMED.filter((_, index) => index % 500 === at % 500).map((names) => ({
      names,
      plain: make(MARKED),
      made: make(names),
    })),
  );
  // Each name once more, so that sqlglot has seen all of them.
  const texts = [...cases.flatMap(({ plain, made }) => [plain.sql, made.sql]), ...NAMES.map(quoteName)];
  const read = tokenizedBySqlglot(texts).map((tokens) =>
    tokens.map(([type, value]) => ({ kind: kinds[type] ?? type, value })),
  );
  const byText = new Map(texts.map((text, index) => [text, read[index] ?? []]));
  const split: Split = (sql) => byText.get(sql) ?? tokenize(sql);
  const flaws = cases.flatMap(({ names, plain, made }) => {
    const flaw = difference(split, plain.sql, made.sql, names);
    return flaw === undefined ? [] : [report(plain.name, names, flaw)];
  });
  expect(flaws.slice(0, 3)).toEqual([]);
  const wrong = NAMES.filter((name) => {
    const [token, ...more] = byText.get(quoteName(name)) ?? [];
    return token?.kind !== 'name' || token.value !== name || more.length > 0;
  });
  expect(wrong).toEqual([]);
}, 60_000);
