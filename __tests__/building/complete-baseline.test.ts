import { describe, expect, test } from '@jest/globals';
import { makeBaseline } from '../../src/building/baseline.js';
import { completeBaseline } from '../../src/building/complete-baseline.js';
import type { CompleteBaseline } from '../../src/building/complete-baseline.js';
import { parseComment } from '../../src/deployment/marker.js';
import type { Marker } from '../../src/deployment/marker.js';
import type { Inventory } from '../../src/observing/inventory.js';
import { SnowflakeError, UnknownOutcomeError } from '../../src/snowflake/warehouse.js';
import type { Row, Statement } from '../../src/snowflake/warehouse.js';
import { copyOf, D0, D1, D2, marker, ours, PAIR, schemaRow } from '../deployment/support/schemas.js';
import { literalsIn, namesIn } from '../snowflake/support/tokens.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const BASELINE = `PUBLIC_BASELINE_${D1}`;
const CLONED_AT = '2026-11-01T09:00:05.123Z';
const BLUE = marker({ clonedAt: CLONED_AT }, 'PUBLIC_UPCOMING');
const PARENT = ours('PUBLIC', { deployment: D0 });
const AT_CLONE = { A: '1', B: '1', C: 'none' };

interface World {
  /** Of production and of the baseline; default: production is the parent, and the baseline is gone. */
  readonly schemas?: readonly Row[];
  /** Tables that the baseline has. */
  readonly standing?: readonly string[];
  /** Tables that production has, each with its change tokens, look by look; the last stays. */
  readonly live?: Readonly<Record<string, readonly string[]>>;
  readonly marker?: Marker;
  /** Refusals, and replies that were lost. */
  readonly answer?: (statement: Statement) => Error | undefined;
}

class Seen {
  readonly log = new RecordingLog();
  readonly warehouse: RecordingWarehouse;
  readonly subject;

  constructor({ schemas = [PARENT], standing = [], live = {}, marker: own = BLUE, answer }: World) {
    const looks = new Map<string, number>();
    const token = (table: string): string | null => {
      const look = looks.get(table) ?? 0;
      looks.set(table, look + 1);
      const said = live[table]?.[look] ?? live[table]?.at(-1) ?? '1';
      return said === 'none' ? null : said;
    };
    this.warehouse = new RecordingWarehouse((statement) => {
      const error = answer?.(statement);
      if (error !== undefined) return error;
      const [, schema] = namesIn(statement.sql);
      switch (statement.name) {
        case 'showSchemas':
          return schemas;
        case 'showTables':
          return (schema === BASELINE ? standing : Object.keys(live)).map((name) => ({
            name,
            created_on: '2026-10-01 08:00:00.000 +0000',
            retention_time: '1',
          }));
        case 'changeTokens':
          return [
            Object.fromEntries(literalsIn(statement.sql).map((each, i) => [`t${i}`, token(namesIn(each)[2] ?? '')])),
          ];
        default:
          return [];
      }
    });
    const tokensAtClone = Object.fromEntries(
      Object.entries(AT_CLONE).map(([name, at]) => [`"ANALYTICS"."PUBLIC"."${name}"`, at]),
    );
    this.subject = { pair: PAIR, marker: own, tokensAtClone };
  }

  complete(...tables: readonly string[]): Promise<CompleteBaseline> {
    return completeBaseline(this, this.subject, new Set(tables));
  }

  /** What was changed: each statement with the object it changes. */
  get changes(): readonly string[] {
    return this.warehouse.statements
      .filter(({ name }) => !/^(show|changeTokens)/.test(name))
      .map(({ name, sql }) => `${name} ${namesIn(sql).slice(1, 3).join('.').replace(BASELINE, 'BASELINE')}`);
  }
}

function refusal(statement: Statement, code: string, message = 'refused'): SnowflakeError {
  return new SnowflakeError(message, { code, statement });
}

describe('a baseline that has every table', () => {
  test('is left alone, and is the clone made with blue', async () => {
    const seen = new Seen({ schemas: [PARENT, ours(BASELINE)], standing: ['A', 'B'] });
    expect(await seen.complete('A', 'B')).toEqual({
      origin: { kind: 'clone', at: BLUE.startedAt },
      lacking: new Map(),
    });
    expect(seen.warehouse.names).toEqual(['showSchemas', 'showTables']);
    expect(seen.log.lines).toEqual([]);
  });

  test('says which of them Time Travel made earlier', async () => {
    const remade = { at: CLONED_AT, tables: ['A', 'GONE'] };
    const seen = new Seen({ schemas: [PARENT, ours(BASELINE, { remade })], standing: ['A', 'B'] });
    const { origin } = await seen.complete('A', 'B');
    expect(origin).toEqual({ kind: 'time travel', at: CLONED_AT, tables: ['A'] });
    expect(seen.changes).toEqual([]);
  });

  test('needs no production to say so: a swap or rollback since takes nothing away', async () => {
    const schemas = [ours('PUBLIC', { deployment: D2 }), ours(BASELINE)];
    const { lacking } = await new Seen({ schemas, standing: ['A'] }).complete('A');
    expect(lacking.size).toBe(0);
  });
});

describe('what is missing', () => {
  test('is cloned from production where nothing was written since the clone; a table never written to as well', async () => {
    const seen = new Seen({ live: { A: ['1'], C: ['none'] } });
    expect((await seen.complete('A', 'C')).origin.kind).toBe('clone');
    expect(seen.changes).toEqual(['createTransientSchema BASELINE', 'cloneTable BASELINE.A', 'cloneTable BASELINE.C']);
    const made = seen.warehouse.statements.find(({ name }) => name === 'createTransientSchema');
    const { marker: written } = parseComment(literalsIn(made?.sql ?? '')[0] ?? '');
    expect(written).toMatchObject({ deployment: D1, schema: `"ANALYTICS"."${BASELINE}"` });
  });

  test('is taken from Time Travel where something was, as of the moment before the clone; noted before it is made', async () => {
    const earlier = { at: CLONED_AT, tables: ['C'] };
    const schemas = [PARENT, ours(BASELINE, { remade: earlier })];
    const seen = new Seen({ schemas, standing: ['C'], live: { A: ['1'], B: ['2'], C: ['5'] } });
    const { origin, lacking } = await seen.complete('A', 'B', 'C');
    expect(lacking.size).toBe(0);
    expect(origin).toEqual({ kind: 'time travel', at: CLONED_AT, tables: ['B', 'C'] });
    expect(seen.changes).toEqual(['cloneTable BASELINE.A', 'commentOnSchema BASELINE', 'cloneTableAsOf BASELINE.B']);
    const [comment, clone] = seen.warehouse.sql.slice(-2);
    expect(parseComment(literalsIn(comment ?? '')[0] ?? '').marker?.remade?.tables).toEqual(['B', 'C']);
    expect(literalsIn(clone ?? '')).toEqual(['2026-11-01T09:00:05.123+00:00']);
    expect(seen.log.lines).toContainEqual(
      expect.stringMatching(/^warning: The baseline of B was missing.*Time Travel/),
    );
  });

  test('a write between the look and the clone is noticed: the clone goes, Time Travel takes its place', async () => {
    const seen = new Seen({ live: { A: ['1', '2'], B: ['1'] } });
    expect((await seen.complete('A', 'B')).origin).toMatchObject({ tables: ['A'] });
    expect(seen.changes).toEqual([
      'createTransientSchema BASELINE',
      'cloneTable BASELINE.A',
      'cloneTable BASELINE.B',
      'dropTable BASELINE.A',
      'commentOnSchema BASELINE',
      'cloneTableAsOf BASELINE.A',
    ]);
  });

  test('what another run made a moment ago is taken', async () => {
    const answer = (statement: Statement): Error | undefined =>
      /^(createTransientSchema|clone)/.test(statement.name) ? refusal(statement, '002002') : undefined;
    const seen = new Seen({ live: { A: ['1'], B: ['2'] }, answer });
    expect((await seen.complete('A', 'B')).lacking.size).toBe(0);
  });
});

describe('what cannot be made again is told, for that table alone', () => {
  test('beyond the retention, with the setting; the others are made', async () => {
    const answer = (statement: Statement): Error | undefined =>
      statement.name === 'cloneTableAsOf' && statement.sql.includes('"B"') ? refusal(statement, '000707') : undefined;
    const seen = new Seen({ live: { A: ['2'], B: ['2'] }, answer });
    const { origin, lacking } = await seen.complete('A', 'B');
    expect(origin).toMatchObject({ tables: ['A'] });
    expect([...lacking]).toEqual([
      ['B', expect.stringMatching(/ANALYTICS\.PUBLIC\.B does not reach back to 2026-11-01.*IN_DAYS is 1\)\. Build/)],
    ]);
    expect(seen.log.lines).toContainEqual(expect.stringMatching(/^warning: .*_AAAAAAA\.B is missing\. It cannot/));
  });

  test.each([
    ['dropped', { live: {} }, /was dropped since the clone/],
    ['no moment', { live: { B: ['2'] }, marker: marker({}, 'PUBLIC_UPCOMING') }, /older version.* Build again/],
    [
      'refused otherwise',
      {
        live: { B: ['2'] },
        answer: (s: Statement) => (s.name === 'cloneTableAsOf' ? refusal(s, '003001', 'no right') : undefined),
      },
      /Snowflake refused to clone ANALYTICS\.PUBLIC\.B: no right/,
    ],
    [
      'refused without Time Travel',
      {
        live: { B: ['1'] },
        answer: (s: Statement) => (s.name === 'cloneTable' ? refusal(s, '003001', 'no right') : undefined),
      },
      /Snowflake refused to clone/,
    ],
  ])('%s', async (_, world: World, why) => {
    const { origin, lacking } = await new Seen(world).complete('B');
    expect(origin.kind).toBe('clone');
    expect([...lacking]).toEqual([['B', expect.stringMatching(why)]]);
  });

  test.each([
    ['another version is live', [ours('PUBLIC', { deployment: D2 })], /PUBLIC holds another version by now/],
    ['production lost its marker', [schemaRow('PUBLIC', '')], /another version/],
    [
      'a copy stands in its place',
      [PARENT, copyOf(`PUBLIC_BASELINE_${D0}`, BASELINE)],
      /not the schema that this deployment made/,
    ],
    ['a person made one', [PARENT, schemaRow(BASELINE, 'mine')], /Drop or rename it, then verify again/],
  ])('%s: nothing is written', async (_, schemas, why) => {
    const seen = new Seen({ schemas, live: { A: ['1'], B: ['2'] } });
    const { lacking } = await seen.complete('A', 'B');
    expect([...lacking]).toEqual(['A', 'B'].map((name) => [name, expect.stringMatching(why)]));
    expect(seen.changes).toEqual([]);
  });

  test('a lost reply is no refusal: nobody knows what stands there', async () => {
    const answer = (statement: Statement): Error | undefined =>
      statement.name === 'cloneTableAsOf' ? new UnknownOutcomeError(statement, undefined) : undefined;
    await expect(new Seen({ live: { B: ['2'] }, answer }).complete('B')).rejects.toThrow(UnknownOutcomeError);
  });
});

describe('a clone that is refused when blue is made', () => {
  const table = { transient: false, owner: 'DEPLOYER', clusterBy: '', automaticClustering: false, rows: 1 };
  const cloned: Inventory = {
    tables: new Map(['A', 'B', 'OTHER'].map((name) => [name, { ...table, name }])),
    views: new Map(),
  };
  const refuseB = (statement: Statement): Error | undefined =>
    statement.name === 'cloneTable' && namesIn(statement.sql)[2] === 'B' ? refusal(statement, '003001') : undefined;
  const schemas = [PARENT, ours(BASELINE)];

  test('is made of production at once', async () => {
    const seen = new Seen({ schemas, standing: ['A'], live: { A: ['1'], B: ['2'] }, answer: refuseB });
    await makeBaseline(seen, seen.subject, cloned, new Set(['A', 'B']));
    expect(seen.changes).toEqual([
      'createTransientSchema BASELINE',
      'cloneTable BASELINE.A',
      'cloneTable BASELINE.B',
      'commentOnSchema BASELINE',
      'cloneTableAsOf BASELINE.B',
    ]);
  });

  test('stops the build where that is refused as well, before dbt works in vain', async () => {
    const seen = new Seen({ schemas, standing: ['A'], live: { A: ['1'], B: ['1'] }, answer: refuseB });
    await expect(makeBaseline(seen, seen.subject, cloned, new Set(['A', 'B']))).rejects.toThrow(
      /^No baseline could be kept, .* production was not touched\.\n.*\.B: It cannot be made again: Snowflake refused/,
    );
  });
});
