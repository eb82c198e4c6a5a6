import { describe, expect, test } from '@jest/globals';
import { isToComeBack } from '../../src/building/repair-governance.js';
import type { Manifest } from '../../src/dbt/manifest.js';
import { compareRebuilt } from '../../src/governance/compare-rebuilt.js';
import { putBack } from '../../src/governance/put-back.js';
import { askerOf } from '../../src/governance/read-governance.js';
import type { Plan } from '../../src/selection/plan.js';
import { displayName } from '../../src/snowflake/identifiers.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import { createCatalog } from '../../src/verification/catalog.js';
import type { AttachedPolicy } from '../../src/verification/governance/attached-policies.js';
import type { AttachedTag } from '../../src/verification/governance/attached-tags.js';
import { NO_LAYERS } from '../../src/verification/settings/settings-layers.js';
import { plan, plannedNode } from '../deployment/support/plans.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const NODE = plannedNode('EVENTS');
const STANDING = { database: 'ANALYTICS', schema: 'PUBLIC', name: 'EVENTS' };
const HIDE = { database: 'ANALYTICS', schema: 'RULES', name: 'HIDE' };
const MASK: AttachedPolicy = { kind: 'masking policy', column: 'EMAIL', policy: HIDE, givenColumns: '' };
const REGION: AttachedPolicy = {
  kind: 'row access policy',
  column: undefined,
  policy: { ...HIDE, name: 'REGION' },
  givenColumns: '[ "REGION", "odd \\"name" ]',
};
const COLUMNS = ['EMAIL', 'REGION'].map((name) => ({
  table_name: 'EVENTS',
  column_name: name,
  data_type: '{"type":"TEXT","length":100,"nullable":true}',
  kind: 'COLUMN',
}));

const PII: AttachedTag = { column: 'EMAIL', tag: { ...HIDE, name: 'PII' }, values: ["it's"] };
const TEAM: AttachedTag = { column: undefined, tag: { ...HIDE, name: 'Team; x' }, values: ['sales'] };

interface Given {
  readonly lost?: readonly AttachedPolicy[];
  readonly lostTags?: readonly AttachedTag[];
  readonly keptTags?: readonly AttachedTag[];
  readonly kept?: readonly AttachedPolicy[];
  readonly settings?: object;
  readonly plan?: Plan;
  readonly refuses?: boolean;
}

/** What is set in blue, and what is said of it. */
async function run(
  given: Given,
): Promise<{ readonly altered: readonly string[]; readonly isTried: boolean; readonly log: string }> {
  const warehouse = new RecordingWarehouse((statement) => {
    if (statement.name === 'showColumnsOfSchema') return COLUMNS;
    return given.refuses === true
      ? new SnowflakeError('Insufficient privileges to operate on policy', { code: '003001', statement })
      : [];
  });
  const log = new RecordingLog();
  const meta = given.settings === undefined ? {} : { blue_green: given.settings };
  const node = { uniqueId: NODE.uniqueId, meta, columns: {}, config: {}, packageName: 'shop' };
  const at =
    <T>(before: readonly T[] = [], after: readonly T[] = []) =>
    (name: Parameters<typeof displayName>[0]): readonly T[] =>
      displayName(name) === displayName(STANDING) ? before : after;
  const tools = { warehouse, log, signal: new AbortController().signal };
  const change = {
    plan: given.plan ?? plan([NODE]),
    manifest: { nodes: new Map([[NODE.uniqueId, node]]) } as unknown as Manifest,
  };
  const found = {
    policies: { of: at(given.lost, given.kept), unseen: undefined },
    tags: { of: at(given.lostTags, given.keptTags), unseen: undefined },
  };
  const compared = await compareRebuilt(createCatalog(askerOf(tools)), change.plan, found);
  const lost = compared.flatMap((table) => table.lost).filter((each) => isToComeBack(each, change, NO_LAYERS));
  const isTried = await putBack(tools, lost);
  return { altered: warehouse.sql.filter((sql) => sql.startsWith('ALTER')), isTried, log: log.lines.join('\n') };
}

test('what a rebuilt table lost is set on it in blue', async () => {
  const { altered, isTried, log } = await run({ lost: [MASK, REGION] });
  expect(isTried).toBe(true);
  expect(altered).toEqual([
    'ALTER TABLE "ANALYTICS"."PUBLIC_UPCOMING"."EVENTS" MODIFY COLUMN "EMAIL" SET MASKING POLICY "ANALYTICS"."RULES"."HIDE"',
    'ALTER TABLE "ANALYTICS"."PUBLIC_UPCOMING"."EVENTS" ADD ROW ACCESS POLICY "ANALYTICS"."RULES"."REGION" ON ("REGION", "odd ""name")',
  ]);
  expect(log).toContain(
    'PUBLIC_UPCOMING.EVENTS has masking policy ANALYTICS.RULES.HIDE of EMAIL again, as production has it.',
  );
});

test('lost tags are set on it and on its columns, with the values that production has', async () => {
  const { altered, isTried, log } = await run({ lostTags: [PII, TEAM] });
  expect(isTried).toBe(true);
  expect(altered).toEqual([
    'ALTER TABLE "ANALYTICS"."PUBLIC_UPCOMING"."EVENTS" MODIFY COLUMN "EMAIL" SET TAG "ANALYTICS"."RULES"."PII" = \'it\'\'s\'',
    'ALTER TABLE "ANALYTICS"."PUBLIC_UPCOMING"."EVENTS" SET TAG "ANALYTICS"."RULES"."Team; x" = \'sales\'',
  ]);
  expect(log).toContain("EVENTS has tag ANALYTICS.RULES.PII = 'it's' of EMAIL again, as production has it.");
  expect(log).toContain('EVENTS has tag ANALYTICS.RULES."Team; x" = \'sales\' again');
});

describe('nothing is set', () => {
  const other = { ...MASK, policy: { ...HIDE, name: 'OTHER' } };
  test.each<[string, Given]>([
    ['where nothing is lost', { lost: [MASK], kept: [MASK] }],
    ['where blue has another policy in its place', { lost: [MASK], kept: [other] }],
    ['where the column is gone', { lost: [{ ...MASK, column: 'GONE' }] }],
    ['where a lost policy is to block', { lost: [MASK], settings: { lost_policies: 'fail' } }],
    ['where a lost policy is only to warn', { lost: [MASK], settings: { lost_policies: 'warn' } }],
    [
      'of a conditional mask, whose columns are not told for sure',
      { lost: [{ ...MASK, givenColumns: '[ "REGION" ]' }] },
    ],
    ['of a row access policy whose columns are not told', { lost: [{ ...REGION, givenColumns: '' }] }],
    ['of a row access policy whose columns cannot be read', { lost: [{ ...REGION, givenColumns: 'REGION' }] }],
    ['of a policy of the production schema itself', { lost: [{ ...MASK, policy: { ...HIDE, schema: 'PUBLIC' } }] }],
    ['on a view, which dbt makes anew', { lost: [MASK], plan: plan([{ ...NODE, materialized: 'view' }]) }],
    ['of a policy that hangs on a tag and comes back with it', { lost: [{ ...MASK, byTag: true }] }],
    ['where no tag is lost', { lostTags: [PII, TEAM], keptTags: [TEAM, PII] }],
    ['where the model gives the tag another value', { lostTags: [PII], keptTags: [{ ...PII, values: ['none'] }] }],
    ['where the tagged column is gone', { lostTags: [{ ...PII, column: 'GONE' }] }],
    ['where a lost tag is to block', { lostTags: [PII], settings: { lost_policies: 'fail' } }],
    ['of a tag of several values, of which one can be set', { lostTags: [{ ...PII, values: ['a', 'b'] }] }],
    ['of a tag of the production schema itself', { lostTags: [{ ...PII, tag: { ...HIDE, schema: 'PUBLIC' } }] }],
    [
      'where the change takes the tag off',
      {
        lostTags: [PII],
        settings: { expect: { lost_policies: { policies: ['pii'], reason: 'Hashed now.' } } },
        plan: { ...plan([NODE]), expectations: { [NODE.uniqueId]: ['lost_policies'] } },
      },
    ],
    [
      'where the change takes it off',
      {
        lost: [MASK],
        settings: { expect: { lost_policies: { policies: ['hide'], reason: 'Hashed now.' } } },
        plan: { ...plan([NODE]), expectations: { [NODE.uniqueId]: ['lost_policies'] } },
      },
    ],
  ])('%s', async (_, given) => {
    expect(await run(given)).toMatchObject({ altered: [], isTried: false });
  });
});

test('a policy is set again though one that hangs on a tag is in its place', async () => {
  expect((await run({ lost: [MASK], kept: [{ ...MASK, byTag: true }] })).altered).toHaveLength(1);
});

test('a mask with an empty list of columns is a plain one', async () => {
  expect((await run({ lost: [{ ...MASK, givenColumns: '[ ]' }] })).altered).toHaveLength(1);
});

test('an expectation of an earlier deployment takes nothing off', async () => {
  const settings = { expect: { lost_policies: { policies: ['hide'], reason: 'Hashed now.' } } };
  expect((await run({ lost: [MASK], settings })).altered).toHaveLength(1);
});

test('what Snowflake refuses is told, and the verification blocks', async () => {
  const { altered, isTried, log } = await run({ lost: [MASK, REGION], refuses: true });
  // Where only the reply was an error the policy is set, which another look shows.
  expect(isTried).toBe(true);
  expect(altered).toHaveLength(2);
  expect(log).toContain(
    'lost masking policy ANALYTICS.RULES.HIDE of EMAIL, and it could not be put back: Insufficient privileges',
  );
});

test('a tag that Snowflake refuses keeps no other from being set', async () => {
  const { altered, isTried, log } = await run({ lostTags: [PII, TEAM], refuses: true });
  expect(isTried).toBe(true);
  expect(altered).toHaveLength(2);
  expect(log).toContain("lost tag ANALYTICS.RULES.PII = 'it's' of EMAIL, and it could not be put back: Insufficient");
});
