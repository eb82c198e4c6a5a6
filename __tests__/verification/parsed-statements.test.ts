import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { RelationName } from '../../src/snowflake/identifiers.js';
import { countCheckRows } from '../../src/snowflake/statements/checks.js';
import { changeTokens, cloneTable, showTables, showViews } from '../../src/snowflake/statements/objects.js';
import { createTransientSchema } from '../../src/snowflake/statements/schemas.js';
import type { Statement } from '../../src/snowflake/warehouse.js';
import * as catalog from '../../src/verification/sql/catalog.js';
import { explainConditions } from '../../src/verification/sql/conditions.js';
import { fingerprintBothSides } from '../../src/verification/sql/fingerprint.js';
import { groupBothSides } from '../../src/verification/sql/group.js';
import { joinBothSides } from '../../src/verification/sql/join.js';
import { compareRowsWithoutKey } from '../../src/verification/sql/keyless.js';
import { compareLateKeys } from '../../src/verification/sql/late-keys.js';
import {
  currentRoleAmong,
  policyReferences,
  showGrantsOnAccount,
  showPolicies,
} from '../../src/verification/sql/policies.js';
import { countRowsOfBothSides } from '../../src/verification/sql/row-counts.js';
import { selectSampleRows } from '../../src/verification/sql/sample-rows.js';
import { inSample } from '../../src/verification/sql/sample.js';
import { tagReferences } from '../../src/verification/sql/tags.js';
import type { KeyColumn, Sides, TimeColumn, ValueColumn } from '../../src/verification/sql/sides.js';

const SQL_FOLDER = fileURLToPath(new URL('../../src/verification/sql', import.meta.url));

/** Names that Snowflake stores and that a text put together carelessly would run as something else. */
const HOSTILE = [
  'PLAIN',
  'lower case',
  'select',
  'quo"te',
  '"; DROP TABLE x; --',
  "it's",
  '/* not a comment */',
  '$$ body $$',
  'dots.in.name',
  'semi;colon',
  'back\\slash',
  'percent%_',
  'line\nend',
  'tab\t',
  '🦆 Ünïcode 表',
  '1st',
  ' ',
  'k1',
  'side',
  'x'.repeat(255),
];

const KEY_FORMS = Object.keys({ plain: 0, moment: 0, text: 0, uncollated: 0 } satisfies Record<KeyColumn['form'], 0>);
const VALUE_FORMS = Object.keys({
  ...{ narrow: 0, wide: 0, float: 0, geography: 0, moment: 0, text: 0, presence: 0 },
} satisfies Record<ValueColumn['form'], 0>);
const TIMES: readonly TimeColumn['type'][] = ['DATE', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ'];

/** sqlglot reads Snowflake's grammar and shares no code with what made the texts. One process reads them all. */
const PARSER = `
import json, sys, sqlglot
from sqlglot import exp
answers = []
for text in json.load(sys.stdin):
    trees = sqlglot.parse(text, read="snowflake")
    tree = trees[0]
    defined = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = sorted({t.name for t in tree.find_all(exp.Table) if t.name and not (t.name in defined and not t.db)})
    bare = sorted({i.name for i in tree.find_all(exp.Identifier) if not i.args.get("quoted")})
    answers.append({"statements": len(trees), "kind": tree.key, "tables": tables, "bare": bare})
json.dump(answers, sys.stdout)
`;

interface Answer {
  readonly statements: number;
  readonly kind: string;
  readonly tables: readonly string[];
  /** Identifiers that stand without quotes. */
  readonly bare: readonly string[];
}

function parsed(statements: readonly Statement[]): readonly Answer[] {
  const python = spawnSync(join('.venv', 'bin', 'python'), ['-c', PARSER], {
    input: JSON.stringify(statements.map(({ sql }) => sql)),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(python.stderr).toBe('');
  return JSON.parse(python.stdout) as readonly Answer[];
}

function relation(name: string, schema = 'PUBLIC_UPCOMING'): RelationName {
  return { database: name, schema: `${schema} ${name}`.slice(0, 255), name };
}

/** Every form of key and value under this name (and others, since columns differ by name), with each kind of time. */
function sidesOf(name: string): readonly Sides[] {
  const numbered = (index: number): string => (index === 0 ? name : `${name}${index}`.slice(-255));
  const all: Sides = {
    baseline: relation(name, 'BASELINE'),
    upcoming: relation(name),
    key: KEY_FORMS.map((form, index) => ({ name: numbered(index), form: form as KeyColumn['form'] })),
    values: VALUE_FORMS.map((form, index) => ({ name: numbered(index + 10), form: form as ValueColumn['form'] })),
    time: undefined,
    samples: 5,
  };
  const narrowed = { ...all, values: all.values.slice(0, 1), rowValues: all.values };
  const bare: Sides = { ...all, key: all.key.slice(0, 1), values: [], samples: 0 };
  const cutOff = new Date('2026-11-22T12:00:00.123Z');
  const timed = TIMES.map((type): Sides => ({ ...narrowed, time: { name: numbered(30), type, cutOff } }));
  const excused: Sides = {
    ...all,
    where: "STATUS <> 'it''s (' -- a comment",
    apart: new Set([numbered(10)]),
    excuses: [{ kind: 'expired', why: 'old', sql: '"AT" < CURRENT_DATE' }],
  };
  const sampled = { ...all, where: inSample(all, 0.01) };
  const sampledRows = { ...all, where: inSample({ ...all, key: [] }, 99.5) };
  return [all, narrowed, bare, ...timed, excused, sampled, sampledRows];
}

/** Queries that read both relations of this name. */
function comparisonsOf(name: string): readonly Statement[] {
  const relations = { baseline: relation(name, 'BASELINE'), upcoming: relation(name) };
  const key = sidesOf(name)[0]?.key ?? [];
  const late = { production: relations.baseline, upcoming: relations.upcoming, key, where: undefined, mayLack: [] };
  return [
    ...sidesOf(name).flatMap((sides) => [fingerprintBothSides(sides), joinBothSides(sides), groupBothSides(sides)]),
    ...sidesOf(name)
      .filter(({ values }) => values.length > 0)
      .flatMap((sides) => [fingerprintBothSides({ ...sides, key: [] }), compareRowsWithoutKey({ ...sides, key: [] })]),
    compareLateKeys({ ...late, baseline: undefined, samples: 0 }),
    compareLateKeys({ ...late, baseline: relations.baseline, samples: 5, where: 'ID > 0', mayLack: ['A IS NULL'] }),
    countRowsOfBothSides(relations.baseline, relations.upcoming),
    ...sidesOf(name).map((sides) =>
      selectSampleRows(sides, [sides.key.map((_, index) => (index === 1 ? null : name))]),
    ),
  ];
}

function othersOf(name: string): readonly Statement[] {
  return [
    catalog.showColumnsOfSchema(relation(name)),
    catalog.showColumnsOfRelation(relation(name)),
    catalog.showTablesOfSchema(relation(name)),
    catalog.showViewsOfSchema(relation(name)),
    catalog.showPrimaryKeysOfSchema(relation(name)),
    currentRoleAmong([name, 'PLAIN']),
    policyReferences([relation(name), relation('PLAIN')], [relation(name), relation('PLAIN')]),
    tagReferences([relation(name), relation('PLAIN')]),
    showTables(relation(name), name),
    showViews(relation(name), name),
    changeTokens([relation(name), relation('PLAIN')]),
    cloneTable(relation(name, 'BASELINE'), relation(name), true),
    createTransientSchema(relation(name), name),
    countCheckRows('SELECT * FROM "T" -- ends in a comment'),
  ];
}

test('whatever names hold, each statement is one for an independent parser, and reads only the relations it is given', () => {
  const rendered = HOSTILE.flatMap((name) => [
    ...comparisonsOf(name).map((statement) => ({ name, statement, isQuery: true })),
    ...othersOf(name).map((statement) => ({ name, statement, isQuery: false })),
  ]);
  const answers = parsed(rendered.map(({ statement }) => statement));
  expect(answers).toHaveLength(rendered.length);
  rendered.forEach(({ name, statement, isQuery }, index) => {
    const answer = answers[index];
    const what = `${statement.name} over ${name}`;
    expect({ what, statements: answer?.statements }).toEqual({ what, statements: 1 });
    expect(isQuery ? ['select', 'union'] : ['create', 'select', 'show']).toContain(answer?.kind);
    if (!isQuery) return;
    expect({ what, tables: answer?.tables }).toEqual({ what, tables: [name] });
    // Without quotes stand only words of ours and of the project's own conditions.
    expect({ what, bare: answer?.bare.filter((word) => !/^(?:[A-Z_]+|x)$/.test(word)) }).toEqual({ what, bare: [] });
  });
}, 60_000);

test('no statement of the folder is left out here', () => {
  const written = readdirSync(SQL_FOLDER).flatMap((file) =>
    [...readFileSync(join(SQL_FOLDER, file), 'utf8').matchAll(/\bname: '(\w+)'/g)].map((match) => match[1]),
  );
  const rendered = [
    ...comparisonsOf('PLAIN'),
    catalog.showColumnsOfSchema(relation('X')),
    catalog.showColumnsOfRelation(relation('X')),
    catalog.showTablesOfSchema(relation('X')),
    catalog.showViewsOfSchema(relation('X')),
    catalog.showPrimaryKeysOfSchema(relation('X')),
    explainConditions(relation('X'), ['TRUE']),
    currentRoleAmong([]),
    policyReferences([relation('X')], [relation('X')]),
    tagReferences([relation('X')]),
    showGrantsOnAccount(),
    showPolicies('MASKING'),
  ].map(({ name }) => name);
  expect(new Set(rendered)).toEqual(new Set(written));
});
