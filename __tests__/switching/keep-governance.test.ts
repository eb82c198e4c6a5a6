import { describe, expect, test } from '@jest/globals';
import type { DeploymentRecord } from '../../src/deployment/record.js';
import type { Plan, PlannedNode } from '../../src/selection/plan.js';
import { SnowflakeError, UnknownOutcomeError } from '../../src/snowflake/warehouse.js';
import type { Row, Statement } from '../../src/snowflake/warehouse.js';
import type { SwitchJob } from '../../src/switching/job.js';
import { keepGovernance, tagsOfProduction } from '../../src/switching/keep-governance.js';
import type { PolicyChange } from '../../src/verification/verdict.js';
import { PAIR } from '../deployment/support/schemas.js';
import { plan, plannedNode, record } from '../deployment/support/plans.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const EVENTS = plannedNode('EVENTS');
const OTHERS: Plan['pairs'][number] = { database: PAIR.database, production: 'SALES', upcoming: 'SALES_UPCOMING' };
const HIDE_OF_EMAIL = { kind: 'masking policy', column: 'EMAIL', before: 'ANALYTICS.RULES.HIDE' } as const;

/** A mask of the column EMAIL: `PUBLIC.EVENTS HIDE`, and `PUBLIC.EVENTS NEW by PII` where it hangs on a tag. */
type Mask = string;

type Answers = (statement: Statement, time: number) => Error | undefined;

interface Given {
  readonly masks?: readonly Mask[];
  readonly rebuilt?: readonly PlannedNode[];
  /** What the verdict has of EVENTS. */
  readonly known?: readonly PolicyChange[];
  readonly uncompared?: readonly string[];
  readonly verification?: SwitchJob['verification'];
  /** What Snowflake answers to a statement, by its name and how often it was sent. */
  readonly answers?: Answers;
  /** Tables and views of production, by SHOW. */
  readonly standing?: { readonly tables: readonly string[]; readonly views: readonly string[] };
}

interface Seen {
  readonly changed: readonly string[];
  readonly names: readonly string[];
  readonly error: string | undefined;
  readonly tokens: readonly unknown[];
  readonly remarks: readonly string[];
  readonly log: string;
}

/** An account in which masks can be set and cloned. */
function account({ masks = [], answers, standing }: Given): RecordingWarehouse {
  const set = new Set(masks);
  const times = new Map<string, number>();
  return new RecordingWarehouse((statement) => {
    const { name, sql } = statement;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const answer = answers?.(statement, time);
    if (answer instanceof SnowflakeError) return answer;
    const altered = /^ALTER TABLE "ANALYTICS"\."(\w+)"\."(\w+)" .* SET MASKING POLICY .*"(\w+)"$/.exec(sql);
    if (altered !== null) set.add(`${altered[1] ?? ''}.${altered[2] ?? ''} ${altered[3] ?? ''}`);
    if (answer !== undefined) return answer;
    if (name === 'showPolicies')
      return sql.includes('MASKING') ? [{ database_name: 'ANALYTICS', schema_name: 'RULES', name: 'HIDE' }] : [];
    if (name === 'policyReferences') return [...set].map(reference);
    if (name === 'showColumnsOfSchema') return ['EVENTS', 'USERS'].map(email);
    const isProduction = sql.includes(`"${PAIR.production}"`);
    if (name === 'showTables' && isProduction) return (standing?.tables ?? []).map((table) => ({ name: table }));
    if (name === 'showViews' && isProduction) return (standing?.views ?? []).map((view) => ({ name: view, text: '' }));
    return [];
  });
}

function reference(mask: Mask): Row {
  const [, schema, relation, policy, tag] = /^(\w+)\.(\w+) (\w+)(?: by (\w+))?$/.exec(mask) ?? [];
  return {
    POLICY_DB: 'ANALYTICS',
    POLICY_SCHEMA: 'RULES',
    POLICY_NAME: policy ?? '',
    POLICY_KIND: 'MASKING_POLICY',
    REF_DATABASE_NAME: 'ANALYTICS',
    REF_SCHEMA_NAME: schema ?? '',
    REF_ENTITY_NAME: relation ?? '',
    REF_ENTITY_DOMAIN: 'TABLE',
    REF_COLUMN_NAME: 'EMAIL',
    REF_ARG_COLUMN_NAMES: null,
    TAG_NAME: tag ?? null,
  };
}

function email(table: string): Row {
  const type = '{"type":"TEXT","length":100,"nullable":true}';
  return { table_name: table, column_name: 'EMAIL', data_type: type, kind: 'COLUMN' };
}

async function keep(given: Given): Promise<Seen> {
  const warehouse = account(given);
  const log = new RecordingLog();
  const tokens: unknown[] = [];
  const verdict = {
    models: [{ uniqueId: EVENTS.uniqueId, policies: given.known ?? [] }],
    ...(given.uncompared === undefined ? {} : { uncompared: given.uncompared }),
  } as unknown as DeploymentRecord['verdict'];
  const job = {
    tools: { warehouse, log, signal: new AbortController().signal },
    pair: PAIR,
    switched: [PAIR],
    onlyRead: [],
    history: {
      update: (_: string, { TOKENS_OF_UPCOMING: now }: { readonly TOKENS_OF_UPCOMING: unknown }) => {
        tokens.push(now);
        return Promise.resolve();
      },
    },
    record: record({ plan: plan(given.rebuilt ?? [EVENTS]), verdict }),
    verification: given.verification ?? 'enforce',
    remarks: new Set(),
  } as unknown as SwitchJob;
  const error = await keepGovernance(job, await tagsOfProduction(job)).then(
    () => undefined,
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  );
  return {
    changed: warehouse.sql.filter((sql) => /^(ALTER|CREATE)/.test(sql)),
    names: warehouse.names,
    error,
    tokens,
    remarks: [...job.remarks],
    log: log.lines.join('\n'),
  };
}

function refused(name: string, from = 1): Answers {
  return (statement, time) =>
    statement.name === name && time >= from
      ? new SnowflakeError('Statement reached its timeout', { code: '000630', statement })
      : undefined;
}

describe('what is lost', () => {
  test('is put back, told, and blue is on record again as it is then', async () => {
    const { changed, error, tokens, remarks } = await keep({ masks: ['PUBLIC.EVENTS HIDE'] });
    expect(error).toBeUndefined();
    expect(changed).toEqual([
      'ALTER TABLE "ANALYTICS"."PUBLIC_UPCOMING"."EVENTS" MODIFY COLUMN "EMAIL" SET MASKING POLICY "ANALYTICS"."RULES"."HIDE"',
    ]);
    expect(tokens).toEqual([null, '{}']);
    expect(remarks).toEqual([expect.stringContaining('set again on ANALYTICS.PUBLIC_UPCOMING.EVENTS')]);
  });

  test('stops the swap where Snowflake refuses to set it', async () => {
    const { error, tokens, remarks, log } = await keep({
      masks: ['PUBLIC.EVENTS HIDE'],
      answers: refused('setMaskingPolicy'),
    });
    expect(error).toContain(
      '\n  ANALYTICS.PUBLIC_UPCOMING.EVENTS lacks masking policy of EMAIL (ANALYTICS.RULES.HIDE)\nNothing was switched in.',
    );
    expect(log).toContain('lost masking policy ANALYTICS.RULES.HIDE of EMAIL, and it could not be put back: Statement');
    expect(tokens).toEqual([null, '{}']);
    expect(remarks).toEqual([]);
  });

  test('is looked for where only the reply was lost', async () => {
    const lost: Answers = (statement) =>
      statement.name === 'setMaskingPolicy' ? new UnknownOutcomeError(statement, new Error('reset')) : undefined;
    expect((await keep({ masks: ['PUBLIC.EVENTS HIDE'], answers: lost })).error).toBeUndefined();
  });

  test('only warns where verification only reports, and the report has it', async () => {
    const { error, remarks, log } = await keep({
      masks: ['PUBLIC.EVENTS HIDE'],
      answers: refused('setMaskingPolicy'),
      verification: 'report',
    });
    expect(error).toBeUndefined();
    expect(remarks).toEqual([expect.stringMatching(/only reports.*EVENTS lacks masking policy of EMAIL/)]);
    expect(log).toContain(remarks[0]);
  });

  test('of a view, or of a table that becomes one, stops the swap: dbt makes it anew afterwards', async () => {
    const { changed, error } = await keep({
      masks: ['PUBLIC.EVENTS HIDE'],
      rebuilt: [{ ...EVENTS, materialized: 'view' }],
    });
    expect(error).toContain('EVENTS lacks masking policy of EMAIL');
    expect(changed).toEqual([]);
  });
});

describe('nothing is done', () => {
  test.each<[string, Given]>([
    ['where nothing is set', {}],
    ['where both have the same', { masks: ['PUBLIC.EVENTS HIDE', 'PUBLIC_UPCOMING.EVENTS HIDE'] }],
    ['where blue hides more', { masks: ['PUBLIC_UPCOMING.EVENTS HIDE'] }],
    [
      'where the verification let it be lost',
      { masks: ['PUBLIC.EVENTS HIDE'], known: [{ ...HIDE_OF_EMAIL, after: '' }] },
    ],
    [
      'where the verification let a mask that hangs on a tag take its place',
      {
        masks: ['PUBLIC.EVENTS HIDE', 'PUBLIC_UPCOMING.EVENTS NEW by PII'],
        known: [{ ...HIDE_OF_EMAIL, after: 'ANALYTICS.RULES.NEW' }],
      },
    ],
    [
      'of a pair that is not switched in this run',
      {
        masks: ['SALES.EVENTS HIDE'],
        rebuilt: [
          {
            ...EVENTS,
            production: { database: PAIR.database, schema: OTHERS.production, name: 'EVENTS' },
            upcoming: { database: PAIR.database, schema: OTHERS.upcoming, name: 'EVENTS' },
          },
        ],
      },
    ],
    [
      'where Snowflake told nothing to the verification either',
      {
        answers: refused('policyReferences'),
        uncompared: ['masking and row access policies, since Snowflake refused to tell where they are set: it broke'],
      },
    ],
  ])('%s', async (_, given) => {
    expect(await keep(given)).toMatchObject({ changed: [], error: undefined, tokens: [], remarks: [] });
  });

  test('for many tables that have what production has, in no more statements than for none', async () => {
    const rebuilt = Array.from({ length: 300 }, (_, index) => plannedNode(`T${index}`));
    const masks = rebuilt.flatMap(({ name }) => [
      `PUBLIC.${name.toUpperCase()} HIDE`,
      `PUBLIC_UPCOMING.${name.toUpperCase()} HIDE`,
    ]);
    const [many, none] = [await keep({ rebuilt, masks }), await keep({ rebuilt })];
    expect(many.names).toEqual(none.names);
  });
});

describe('the swap stops', () => {
  test('where production has another policy by now', async () => {
    const { changed, error } = await keep({ masks: ['PUBLIC.EVENTS NEW', 'PUBLIC_UPCOMING.EVENTS HIDE'] });
    expect(error).toContain(
      'EVENTS has another masking policy of EMAIL than production (ANALYTICS.RULES.HIDE, there ANALYTICS.RULES.NEW)',
    );
    expect(changed).toEqual([]);
  });

  test.each([
    ['at first', 1],
    ['after something was put back', 2],
  ])('where Snowflake does not tell %s what is set', async (_, from) => {
    const { error } = await keep({ masks: ['PUBLIC.EVENTS HIDE'], answers: refused('policyReferences', from) });
    expect(error).toContain('Nothing is known of masking and row access policies, since Snowflake refused to tell');
  });
});

describe('what is carried', () => {
  const standing = { tables: ['EVENTS', 'USERS'], views: ['LATEST'] };

  test('is cloned again where a policy was set on it since', async () => {
    const { changed, error, tokens, remarks } = await keep({
      masks: ['PUBLIC.USERS HIDE', 'PUBLIC.EVENTS HIDE', 'PUBLIC_UPCOMING.EVENTS HIDE'],
      standing,
    });
    expect(error).toBeUndefined();
    expect(changed).toEqual([
      expect.stringMatching(
        /^CREATE OR REPLACE TABLE "ANALYTICS"\."PUBLIC_UPCOMING"\."USERS" CLONE .*"PUBLIC"\."USERS"/,
      ),
    ]);
    expect(tokens).toEqual([null, '{}']);
    expect(remarks).toEqual([expect.stringContaining('PUBLIC_UPCOMING.USERS')]);
  });

  test('stays where a policy was taken off production: a role may not see all of them', async () => {
    expect(await keep({ masks: ['PUBLIC_UPCOMING.USERS HIDE'], standing })).toMatchObject({ changed: [], tokens: [] });
  });

  test('and is a view, which cannot be cloned, stops the swap', async () => {
    const { error } = await keep({ masks: ['PUBLIC.LATEST HIDE'], standing });
    expect(error).toContain('PUBLIC_UPCOMING.LATEST lacks masking policy of EMAIL');
  });
});
