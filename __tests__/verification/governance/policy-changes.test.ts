import { describe, expect, test } from '@jest/globals';
import type { RelationName } from '../../../src/snowflake/identifiers.js';
import type { AttachedPolicy } from '../../../src/verification/governance/attached-policies.js';
import { judgePolicies, noteMasked } from '../../../src/verification/governance/judge-policies.js';
import { policyChanges } from '../../../src/verification/governance/policy-changes.js';
import { readModelSettings } from '../../../src/verification/settings/model-settings.js';
import type { ModelSettings } from '../../../src/verification/settings/model-settings.js';
import type { PolicyChange } from '../../../src/verification/verdict.js';
import { model } from '../support/manifest.js';

const LIVE: RelationName = { database: 'SHOP', schema: 'LIVE', name: 'ORDERS' };
const BLUE: RelationName = { database: 'SHOP', schema: 'BLUE', name: 'ORDERS' };
const MASK: RelationName = { database: 'GOV', schema: 'PII', name: 'MASK' };
const COLUMNS = ['ID', 'EMAIL', 'PHONE'];

function masking(column: string, policy = MASK): AttachedPolicy {
  return { kind: 'masking policy', column, policy, givenColumns: '' };
}

function rowAccess(givenColumns: string, name = 'REGION'): AttachedPolicy {
  return { kind: 'row access policy', column: undefined, policy: { ...MASK, name }, givenColumns };
}

function changes(before: readonly AttachedPolicy[], after: readonly AttachedPolicy[]): readonly PolicyChange[] {
  return policyChanges({ name: LIVE, policies: before }, { name: BLUE, policies: after }, COLUMNS);
}

function settings(meta: object): ModelSettings {
  return readModelSettings(model('orders', { meta: { blue_green: meta } }));
}

describe('what blue has otherwise', () => {
  test('is nothing where both have the same, in whatever order', () => {
    const both = [masking('EMAIL'), masking('PHONE'), rowAccess('["ID"]')];
    expect(changes(both, both.toReversed())).toEqual([]);
  });

  test('is told column by column, and for the whole', () => {
    const other = { ...MASK, name: 'OTHER' };
    expect(
      changes([masking('EMAIL'), masking('ID'), rowAccess('["ID"]')], [masking('ID', other), masking('PHONE')]),
    ).toEqual([
      { kind: 'masking policy', column: 'EMAIL', before: 'GOV.PII.MASK', after: '' },
      { kind: 'masking policy', column: 'ID', before: 'GOV.PII.MASK', after: 'GOV.PII.OTHER' },
      { kind: 'row access policy', before: 'GOV.PII.REGION over ["ID"]', after: '' },
      { kind: 'masking policy', column: 'PHONE', before: '', after: 'GOV.PII.MASK' },
    ]);
  });

  test('is no policy that the clone of the schema cloned with it', () => {
    const [inLive, inBlue] = [LIVE, BLUE].map((relation) => masking('EMAIL', { ...relation, name: 'MASK' }));
    expect(changes([inLive as AttachedPolicy], [inBlue as AttachedPolicy])).toEqual([]);
    // Production's own policy on blue's table: after the swap it is one of the former release.
    const foreign = changes([inLive as AttachedPolicy], [inLive as AttachedPolicy]);
    expect(foreign).toMatchObject([{ before: 'SHOP.LIVE.MASK', after: 'SHOP.LIVE.MASK' }]);
    expect(judgePolicies(foreign, settings({}), false)).toMatchObject([{ severity: 'warn' }]);
    expect(judgePolicies(foreign, settings({}), false)[0]?.text).toMatch(/MASK stands in production's own schema/);
  });

  test('is a policy that hangs on a tag which blue lacks, and nothing where that masks as a policy of its own does', () => {
    const byTag: AttachedPolicy = { ...masking('EMAIL'), byTag: true };
    expect(changes([byTag], [])).toEqual([
      { kind: 'masking policy', column: 'EMAIL', before: 'GOV.PII.MASK', after: '' },
    ]);
    expect(changes([byTag], [masking('EMAIL')])).toEqual([]);
    // What is set on the column itself counts, wherever it stands in the list.
    const other: AttachedPolicy = { ...masking('EMAIL', { ...MASK, name: 'OTHER' }), byTag: true };
    expect(changes([other, masking('EMAIL')], [masking('EMAIL'), other])).toEqual([]);
  });

  test('is not the policy of a column that is gone', () => {
    expect(changes([masking('REMOVED')], [])).toEqual([]);
  });

  test('is a row access policy that is given other columns', () => {
    expect(changes([rowAccess('["ID"]')], [rowAccess('["PHONE"]')])).toHaveLength(1);
  });
});

describe('the judge', () => {
  const lost = changes([masking('EMAIL'), rowAccess('["ID"]')], []);

  test('fails on what is lost, and says how to keep it', () => {
    expect(judgePolicies(lost, settings({}), false)).toEqual([
      {
        severity: 'fail',
        text:
          '2 policies lost: masking policy of EMAIL (GOV.PII.MASK), row access policy (GOV.PII.REGION over ["ID"]). ' +
          'Whoever may read it would see what production hides. A rebuilt relation has only what the model sets: ' +
          'set them in a post_hook.',
      },
    ]);
  });

  test('warns instead where the project says so', () => {
    expect(judgePolicies(lost, settings({ lost_policies: 'warn' }), false)).toMatchObject([{ severity: 'warn' }]);
    expect(() => settings({ lost_policies: 'never' })).toThrow(/lost_policies.*must be repair, warn or fail/);
  });

  test.each(['mask', '"MASK"', 'gov.pii.mask'])('accepts that %s is taken off, and nothing else', (written) => {
    const expecting = settings({ expect: { lost_policies: { policies: written, reason: 'Public now.' } } });
    const [accepted, rest, ...more] = judgePolicies(lost, expecting, false);
    expect(accepted).toEqual({
      severity: 'info',
      text: '1 policy taken off: masking policy of EMAIL (GOV.PII.MASK), as expected: Public now.',
      expected: 'Public now.',
    });
    expect(rest).toMatchObject({ severity: 'fail' });
    expect(rest?.text).toMatch(/^1 policy lost: row access policy/);
    expect(more).toEqual([]);
  });

  test('accepts several, and takes no policy of another schema for the one that is named', () => {
    const accepting = (policies: readonly string[]): ModelSettings =>
      settings({ expect: { lost_policies: { policies, reason: 'Gone.' } } });
    const severities = (policies: readonly string[]): readonly string[] =>
      judgePolicies(lost, accepting(policies), false).map(({ severity }) => severity);
    expect(severities(['MASK', 'gov.pii.region'])).toEqual(['info']);
    expect(severities(['other.pii.mask', 'masks'])).toEqual(['fail']);
  });

  test('says so when an expectation of an earlier deployment would have been needed', () => {
    expect(judgePolicies(lost, settings({}), true)[0]?.text).toMatch(/expect\.lost_policies stands since an earlier/);
  });

  test('warns about another policy and shows a new one', () => {
    const other = masking('EMAIL', { ...MASK, name: 'OTHER' });
    expect(judgePolicies(changes([masking('EMAIL')], [other, rowAccess('["ID"]')]), settings({}), false)).toEqual([
      { severity: 'warn', text: 'masking policy of EMAIL: GOV.PII.MASK -> GOV.PII.OTHER.' },
      {
        severity: 'info',
        text: 'hidden now by a policy that production does not have: row access policy (GOV.PII.REGION over ["ID"]).',
      },
    ]);
  });
});

test('columns that were compared under a mask are named, others are not', () => {
  expect(noteMasked(['ID', 'EMAIL', 'PHONE'], new Set(['EMAIL', 'NOT_COMPARED']))).toEqual([
    { severity: 'info', text: expect.stringMatching(/^EMAIL has a masking policy: compared as this role sees/) },
  ]);
  expect(noteMasked(['ID', 'EMAIL', 'PHONE'], new Set(['EMAIL', 'PHONE']))[0]?.text).toMatch(/^EMAIL, PHONE have/);
  expect(noteMasked(['ID'], new Set())).toEqual([]);
});
