import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  showColumnsOfRelation,
  showPrimaryKeysOfSchema,
  showTablesOfSchema,
} from '../../src/verification/sql/catalog.js';
import { explainConditions } from '../../src/verification/sql/conditions.js';
import { fingerprintBothSides } from '../../src/verification/sql/fingerprint.js';
import { groupBothSides } from '../../src/verification/sql/group.js';
import { compareLateKeys } from '../../src/verification/sql/late-keys.js';
import { joinBothSides } from '../../src/verification/sql/join.js';
import { compareRowsWithoutKey } from '../../src/verification/sql/keyless.js';
import { countRowsOfBothSides } from '../../src/verification/sql/row-counts.js';
import type { Sides } from '../../src/verification/sql/sides.js';
import type { Statement } from '../../src/snowflake/warehouse.js';

/** sqlglot knows Snowflake's grammar and shares no code with what made the text; a Command is what it could not read. */
const PARSER = `
import json, sys, sqlglot
for text in json.load(sys.stdin):
    trees = sqlglot.parse(text, read="snowflake")
    assert len(trees) == 1, text
    assert not isinstance(trees[0], sqlglot.exp.Command), text
    print(trees[0].key)
`;

const baseline = { database: 'DB', schema: 'PUBLIC_BASELINE_D1', name: 'it"s; DROP TABLE x --' };
const upcoming = { database: 'DB', schema: 'PUBLIC_UPCOMING', name: 'EVENTS' };
const WIDE: Sides = {
  baseline,
  upcoming,
  key: [
    { name: 'ID', form: 'plain' },
    { name: 'k"2', form: 'text' },
    { name: 'K3', form: 'uncollated' },
  ],
  values: [
    { name: 'A', form: 'narrow' },
    { name: 'B', form: 'wide' },
    { name: 'C', form: 'float' },
    { name: 'D', form: 'geography' },
  ],
  time: { name: 'AT', type: 'TIMESTAMP_TZ', cutOff: new Date('2026-11-22T12:00:00.123Z') },
  samples: 20,
};
const BARE: Sides = { ...WIDE, key: [{ name: 'ID', form: 'plain' }], values: [], time: undefined, samples: 0 };

const CONDITIONED: Sides = {
  ...WIDE,
  where: "A > 1 OR B = 'x'",
  apart: new Set(['A']),
  excuses: [
    { kind: 'expired', why: 'old', sql: 'NOT ("AT" >= \'2026-01-01\'::DATE)' },
    { kind: 'deleted', why: 'gone', sql: 'ID IN (SELECT ID FROM DB.RAW.GONE)' },
  ],
};
const LATE = { production: upcoming, upcoming, where: undefined, mayLack: [] };

/** The query that is compiled: the parser takes EXPLAIN for a command of one text. */
function explained({ name, sql }: Statement): Statement {
  expect(sql).toMatch(/^EXPLAIN USING TEXT SELECT /);
  return { name, sql: sql.replace(/^EXPLAIN USING TEXT /, '') };
}

function statements(sides: Sides): readonly Statement[] {
  return [fingerprintBothSides(sides), joinBothSides(sides), groupBothSides(sides)];
}

test('every statement is one query for an independent parser of Snowflake', () => {
  const queries = [
    ...statements(WIDE),
    ...statements(BARE),
    ...(['DATE', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ'] as const).flatMap((type) =>
      statements({ ...BARE, time: { name: 'AT', type, cutOff: new Date(0) } }),
    ),
    fingerprintBothSides({ ...WIDE, key: [] }),
    compareRowsWithoutKey({ ...WIDE, key: [] }),
    ...statements(CONDITIONED),
    groupBothSides({ ...CONDITIONED, values: CONDITIONED.values.slice(0, 1) }),
    compareRowsWithoutKey({ ...CONDITIONED, key: [] }),
    compareLateKeys({ ...LATE, baseline, key: WIDE.key, samples: 5 }),
    compareLateKeys({ ...LATE, baseline: undefined, key: BARE.key, samples: 0 }),
    compareLateKeys({ ...LATE, baseline, key: WIDE.key, samples: 5, where: 'ID > 0', mayLack: ['A IS NULL'] }),
    explained(explainConditions(baseline, ["A = ')'", 'ID IN (SELECT ID FROM DB.RAW.GONE)'])),
    countRowsOfBothSides(baseline, upcoming),
  ];
  const shows = [showColumnsOfRelation(upcoming), showTablesOfSchema(upcoming), showPrimaryKeysOfSchema(upcoming)];
  const python = spawnSync(join('.venv', 'bin', 'python'), ['-c', PARSER], {
    input: JSON.stringify([...queries, ...shows].map(({ sql }) => sql)),
    encoding: 'utf8',
  });
  expect(python.stderr).toBe('');
  const kinds = python.stdout.trim().split('\n');
  expect(kinds.slice(0, queries.length).every((kind) => kind === 'select' || kind === 'union')).toBe(true);
  expect(kinds.slice(queries.length)).toEqual(['show', 'show', 'show']);
});

test('the join reads like what it does', () => {
  const small: Sides = {
    ...BARE,
    baseline: { ...baseline, name: 'EVENTS' },
    values: [{ name: 'PRICE', form: 'narrow' }],
  };
  expect(joinBothSides(small).sql).toMatchInlineSnapshot(`
    "WITH "b" AS (SELECT 1 AS "present", "ID" AS "k1", "PRICE" AS "v1" FROM "DB"."PUBLIC_BASELINE_D1"."EVENTS"),
    "u" AS (SELECT 1 AS "present", "ID" AS "k1", "PRICE" AS "v1" FROM "DB"."PUBLIC_UPCOMING"."EVENTS"),
    "paired" AS (
      SELECT "b"."present" IS NOT NULL AS "in_b",
        "u"."present" IS NOT NULL AS "in_u",
        COALESCE("b"."k1", "u"."k1") AS "k1",
        "b"."v1" AS "b_v1",
        "u"."v1" AS "u_v1",
        "b"."present" IS NOT NULL AND "u"."present" IS NOT NULL AND "b"."v1" IS DISTINCT FROM "u"."v1" AS "d_v1"
      FROM "b" FULL OUTER JOIN "u"
        ON "b"."k1" = "u"."k1"
    ),
    "classed" AS (SELECT "paired".*, "d_v1" AS "is_changed" FROM "paired")
    SELECT
      COUNT(IFF("in_b", 1, NULL))::VARCHAR AS "baseline_rows",
      COUNT(IFF("in_u", 1, NULL))::VARCHAR AS "upcoming_rows",
      COUNT(IFF("in_b" AND "in_u", 1, NULL))::VARCHAR AS "matched",
      COUNT(IFF("in_b" AND NOT "in_u", 1, NULL))::VARCHAR AS "missing",
      COUNT(IFF("in_u" AND NOT "in_b", 1, NULL))::VARCHAR AS "extra",
      COUNT(IFF("is_changed", 1, NULL))::VARCHAR AS "changed",
      COUNT(IFF("in_b" AND ("k1" IS NULL), 1, NULL))::VARCHAR AS "null_keys_baseline",
      COUNT(IFF("in_u" AND ("k1" IS NULL), 1, NULL))::VARCHAR AS "null_keys_upcoming",
      COUNT(DISTINCT IFF("in_b" AND NOT "in_u", HASH("k1"), NULL))::VARCHAR AS "distinct_missing",
      COUNT(DISTINCT IFF("in_u" AND NOT "in_b", HASH("k1"), NULL))::VARCHAR AS "distinct_extra",
      CONCAT_WS(' ', COUNT(IFF("d_v1", 1, NULL))::VARCHAR, COUNT(IFF("d_v1" AND "u_v1" IS NULL, 1, NULL))::VARCHAR, COUNT(IFF("d_v1" AND "b_v1" IS NULL, 1, NULL))::VARCHAR, COUNT("b_v1")::VARCHAR, COUNT("u_v1")::VARCHAR) AS "v1"
    FROM "classed""
  `);
});
