import type { Plan, PlannedNode } from '../../../src/selection/plan.js';
import type { ReportDraft } from '../../../src/report/model.js';
import type { Comparison, ModelVerdict, SchemaDifference, Verdict } from '../../../src/verification/verdict.js';

const PRODUCTION = { database: 'ANALYTICS', schema: 'PUBLIC' };
const UPCOMING = { database: 'ANALYTICS', schema: 'PUBLIC_UPCOMING' };
const BASELINE = { database: 'ANALYTICS', schema: 'PUBLIC_BASELINE_D42' };

export function comparison(given: Partial<Comparison> = {}): Comparison {
  return {
    form: 'fingerprint',
    baselineRows: 50_000,
    upcomingRows: 50_000,
    identical: true,
    matched: 50_000,
    missing: 0,
    extra: 0,
    extraSinceCutOff: undefined,
    changed: 0,
    changedSinceCutOff: undefined,
    changedOtherwise: given.changed ?? 0,
    excused: [],
    nullKeys: { baseline: 0, upcoming: 0 },
    duplicateKeys: { baseline: 0, upcoming: 0 },
    columns: [],
    samples: { missing: [], extra: [], changed: [], duplicate: [] },
    tableReads: 2,
    ...given,
  };
}

export function schemaDifference(given: Partial<SchemaDifference> = {}): SchemaDifference {
  const none = { added: [], removed: [], retyped: [], narrowed: [], recollated: [], nullability: [], comments: [] };
  return { ...none, reordered: false, ...given };
}

export function modelVerdict(name: string, given: Partial<ModelVerdict> = {}): ModelVerdict {
  const stored = name.toUpperCase();
  return {
    uniqueId: `model.events.${name}`,
    name,
    relation: { ...UPCOMING, name: stored },
    baseline: { ...BASELINE, name: stored },
    materialized: 'incremental',
    status: 'passed',
    key: { columns: ['EVENT_ID'], source: 'unique_key' },
    comparison: comparison(),
    schema: schemaDifference(),
    uncompared: [],
    findings: [],
    isProvisional: false,
    seconds: 1.25,
    ...given,
  };
}

export function verdict(
  status: Verdict['status'],
  models: readonly ModelVerdict[],
  given: Partial<Verdict> = {},
): Verdict {
  const test = (name: string): Verdict['tests'][number] => ({
    uniqueId: `test.events.${name}`,
    name,
    status: 'pass',
    failures: 0,
    message: undefined,
  });
  return {
    status,
    models,
    tests: [test('unique_product_event_1_event_id'), test('not_null_product_event_1_event_id')],
    blockers: [],
    baseline: { kind: 'clone', at: '2026-11-22T12:00:00.000Z' },
    ...given,
  };
}

export function plannedNode(name: string, given: Partial<PlannedNode> = {}): PlannedNode {
  const stored = name.toUpperCase();
  return {
    uniqueId: `model.events.${name}`,
    name,
    fqn: ['events', name],
    resourceType: 'model',
    materialized: 'incremental',
    production: { ...PRODUCTION, name: stored },
    upcoming: { ...UPCOMING, name: stored },
    treatment: 'rebuild',
    reasons: [{ text: 'body changed', effect: 'rebuild' }],
    effect: 'rebuild',
    changed: true,
    originalFilePath: `models/${name}.sql`,
    isNew: false,
    reads: [],
    ...given,
  };
}

export function plan(given: Partial<Plan> = {}): Plan {
  return {
    base: '1111111111111111111111111111111111111111',
    head: '2222222222222222222222222222222222222222',
    dbtVersion: '1.11.16',
    pairs: [{ database: 'ANALYTICS', production: 'PUBLIC', upcoming: 'PUBLIC_UPCOMING' }],
    rebuilt: [
      plannedNode('product_event_1'),
      plannedNode('sessions', {
        changed: false,
        reasons: [{ text: 'reads product_event_1, which is rebuilt', effect: 'rebuild' }],
      }),
    ],
    notRebuilt: [],
    removed: [],
    tests: [],
    ...given,
  };
}

export function draft(phase: ReportDraft['phase'], given: Partial<ReportDraft> = {}): ReportDraft {
  return {
    phase,
    deployment: {
      id: 'D42',
      commit: '2222222222222222222222222222222222222222',
      base: '1111111111111111111111111111111111111111',
      repository: 'acme/warehouse',
      pullRequest: 7,
      otherPullRequests: [],
      startedAt: '2026-11-22T12:00:00.000Z',
      actor: 'octocat',
      snapshot: undefined,
    },
    plan: plan(),
    timeline: [
      {
        title: 'Clone production to the upcoming schema',
        startedAt: '2026-11-22T12:00:00.000Z',
        seconds: 3.2,
        outcome: 'done',
      },
      { title: 'Full refresh in blue', startedAt: '2026-11-22T12:00:04.000Z', seconds: 754, outcome: 'done' },
    ],
    sampleIds: 'plain',
    links: { run: 'https://github.com/acme/warehouse/actions/runs/1', pullRequest: undefined },
    ...given,
  };
}

/** A model that lost ids, with everything that a details part can show. */
export function lossy(name: string): ModelVerdict {
  return modelVerdict(name, {
    status: 'failed',
    comparison: comparison({
      form: 'group',
      identical: false,
      upcomingRows: 49_750,
      matched: 49_700,
      missing: 300,
      extra: 50,
      changed: 1200,
      columns: [
        { column: 'PRICE', changed: 1200, toNull: 900, fromNull: 3, filled: { baseline: 50_000, upcoming: 48_850 } },
      ],
      samples: {
        missing: [['e-1017'], ['e-2044'], [null]],
        extra: [['e-9']],
        changed: [['e-3']],
        duplicate: [],
      },
      tableReads: 4,
    }),
    schema: schemaDifference({ added: ['CURRENCY'], removed: ['AMOUNT'] }),
    uncompared: [{ column: '_LOADED_AT', why: 'changes at every load' }],
    findings: [
      { severity: 'fail', text: '1 column removed: AMOUNT. Whoever reads them will fail.' },
      { severity: 'fail', text: '300 ids missing in blue; the limit is 0.' },
      { severity: 'info', text: '50 ids only in blue (may have arrived since the clone).' },
    ],
  });
}
