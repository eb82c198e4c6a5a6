import { describe, expect, test } from '@jest/globals';
import type { RelationName } from '../../../src/snowflake/identifiers.js';
import type { AttachedTag } from '../../../src/verification/governance/attached-tags.js';
import { judgePolicies } from '../../../src/verification/governance/judge-policies.js';
import { lostTags, tagChanges } from '../../../src/verification/governance/tag-changes.js';
import { readModelSettings } from '../../../src/verification/settings/model-settings.js';
import type { ModelSettings } from '../../../src/verification/settings/model-settings.js';
import type { PolicyChange } from '../../../src/verification/verdict.js';
import { model } from '../support/manifest.js';

const LIVE: RelationName = { database: 'SHOP', schema: 'LIVE', name: 'ORDERS' };
const BLUE: RelationName = { database: 'SHOP', schema: 'BLUE', name: 'ORDERS' };
const PII: RelationName = { database: 'GOV', schema: 'TAGS', name: 'PII' };
const COLUMNS = ['ID', 'EMAIL'];

function tag(column: string | undefined, value = 'email', name = PII): AttachedTag {
  return { column, tag: name, values: [value] };
}

function changes(before: readonly AttachedTag[], after: readonly AttachedTag[]): readonly PolicyChange[] {
  return tagChanges({ name: LIVE, tags: before }, { name: BLUE, tags: after }, COLUMNS);
}

function lost(before: readonly AttachedTag[], after: readonly AttachedTag[]): readonly AttachedTag[] {
  return lostTags({ name: LIVE, tags: before }, { name: BLUE, tags: after }, COLUMNS);
}

function settings(meta: object): ModelSettings {
  return readModelSettings(model('orders', { meta: { blue_green: meta } }));
}

describe('what blue has otherwise', () => {
  test('is nothing where both have the same, in whatever order, or blue has more', () => {
    const both = [tag('EMAIL'), tag(undefined, 'some')];
    expect(changes(both, both.toReversed())).toEqual([]);
    expect(changes(both, [...both, tag('ID')])).toEqual([]);
  });

  test('is a tag of a column or of the table that is gone, or has another value', () => {
    const other = { ...PII, name: 'Team' };
    expect(changes([tag('EMAIL'), tag(undefined, 'sales', other), tag('ID', 'id')], [tag('ID', 'none')])).toEqual([
      { kind: 'tag', column: 'EMAIL', before: "GOV.TAGS.PII = 'email'", after: '' },
      { kind: 'tag', before: `GOV.TAGS."Team" = 'sales'`, after: '' },
      { kind: 'tag', column: 'ID', before: "GOV.TAGS.PII = 'id'", after: "GOV.TAGS.PII = 'none'" },
    ]);
    expect(lost([tag('EMAIL'), tag('ID', 'id')], [tag('ID', 'none')])).toEqual([tag('EMAIL')]);
  });

  test('is no tag of the same name on another column or of another schema', () => {
    const elsewhere = { ...PII, schema: 'OTHER' };
    expect(lost([tag('EMAIL')], [tag('ID'), tag(undefined), tag('EMAIL', 'email', elsewhere)])).toEqual([tag('EMAIL')]);
  });

  test('is no tag that the clone of the schema cloned with it', () => {
    const [inLive, inBlue] = [LIVE, BLUE].map((relation) => tag('EMAIL', 'x', { ...relation, name: 'OWN' }));
    expect(changes([inLive as AttachedTag], [inBlue as AttachedTag])).toEqual([]);
    expect(changes([inLive as AttachedTag], [inLive as AttachedTag])).toEqual([]);
  });

  test('is not the tag of a column that is gone', () => {
    expect(changes([tag('REMOVED')], [])).toEqual([]);
    expect(lost([tag('REMOVED')], [])).toEqual([]);
  });
});

describe('the judge', () => {
  const gone = changes([tag('EMAIL'), tag(undefined, 'some')], []);

  test('fails on what is lost, or warns where the project says so', () => {
    expect(judgePolicies(gone, settings({}), false)).toEqual([
      {
        severity: 'fail',
        text:
          "2 tags lost: tag of EMAIL (GOV.TAGS.PII = 'email'), tag (GOV.TAGS.PII = 'some'). Whoever may read it would see " +
          'what a policy hides by a tag. A rebuilt relation has only what the model sets: set them in a post_hook.',
      },
    ]);
    expect(judgePolicies(gone, settings({ lost_policies: 'warn' }), false)).toMatchObject([{ severity: 'warn' }]);
  });

  test('counts policies and tags apart', () => {
    const policy: PolicyChange = { kind: 'row access policy', before: 'GOV.TAGS.REGION', after: '' };
    const [finding] = judgePolicies([...gone, policy], settings({}), false);
    expect(finding?.text).toMatch(/^1 policy and 2 tags lost: .*would see what production hides\./);
  });

  test.each(['pii', 'gov.tags.pii'])('accepts that %s is taken off', (written) => {
    const expecting = settings({ expect: { lost_policies: { policies: written, reason: 'Public now.' } } });
    expect(judgePolicies(gone, expecting, false)).toMatchObject([{ severity: 'info', expected: 'Public now.' }]);
  });

  test('warns about another value, which the model may mean', () => {
    expect(judgePolicies(changes([tag('EMAIL')], [tag('EMAIL', 'none')]), settings({}), false)).toEqual([
      { severity: 'warn', text: "tag of EMAIL: GOV.TAGS.PII = 'email' -> GOV.TAGS.PII = 'none'." },
    ]);
  });
});
