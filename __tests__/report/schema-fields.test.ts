import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { PlannedNode, Plan } from '../../src/selection/plan.js';
import type { Report } from '../../src/report/model.js';
import type { CatchUpVerdict } from '../../src/verification/late-rows.js';
import type {
  Comparison,
  Finding,
  ModelVerdict,
  PolicyChange,
  RelationChange,
  SchemaDifference,
  TestVerdict,
  Verdict,
} from '../../src/verification/verdict.js';

type Fields<T> = Readonly<Record<keyof T, true>>;

// The types are complete or nothing compiles: a field that a report gets must be described, or this file does not hold.
const FIELDS = {
  report: {
    version: true,
    phase: true,
    deployment: true,
    pairs: true,
    plan: true,
    verdict: true,
    lateRows: true,
    timeline: true,
    blockers: true,
    reason: true,
    notes: true,
    next: true,
    sampleIds: true,
    sampleValues: true,
    links: true,
  } satisfies Fields<Report>,
  verdict: {
    status: true,
    models: true,
    tests: true,
    blockers: true,
    wouldBlock: true,
    uncompared: true,
    baseline: true,
  } satisfies Fields<Verdict>,
  model: {
    uniqueId: true,
    name: true,
    relation: true,
    baseline: true,
    materialized: true,
    status: true,
    key: true,
    comparison: true,
    schema: true,
    properties: true,
    policies: true,
    uncompared: true,
    findings: true,
    isProvisional: true,
    conditions: true,
    partial: true,
    seconds: true,
  } satisfies Fields<ModelVerdict>,
  comparison: {
    form: true,
    baselineRows: true,
    upcomingRows: true,
    identical: true,
    matched: true,
    missing: true,
    extra: true,
    extraSinceCutOff: true,
    changed: true,
    changedSinceCutOff: true,
    changedOtherwise: true,
    excused: true,
    nullKeys: true,
    duplicateKeys: true,
    columns: true,
    samples: true,
    changedValues: true,
    tableReads: true,
  } satisfies Fields<Comparison>,
  schemaDifference: {
    added: true,
    removed: true,
    retyped: true,
    narrowed: true,
    recollated: true,
    nullability: true,
    comments: true,
    reordered: true,
  } satisfies Fields<SchemaDifference>,
  relationChange: { property: true, before: true, after: true } satisfies Fields<RelationChange>,
  policyChange: { kind: true, column: true, before: true, after: true } satisfies Fields<PolicyChange>,
  finding: { severity: true, text: true, expected: true, isLateChange: true } satisfies Fields<Finding>,
  test: {
    uniqueId: true,
    name: true,
    status: true,
    failures: true,
    failuresInProduction: true,
    message: true,
  } satisfies Fields<TestVerdict>,
  lateRow: { name: true, upcoming: true, status: true, findings: true, counts: true } satisfies Fields<CatchUpVerdict>,
  plan: {
    base: true,
    head: true,
    dbtVersion: true,
    pairs: true,
    rebuilt: true,
    notRebuilt: true,
    removed: true,
    tests: true,
    notes: true,
    expectations: true,
  } satisfies Fields<Plan>,
  plannedNode: {
    uniqueId: true,
    name: true,
    fqn: true,
    resourceType: true,
    materialized: true,
    production: true,
    upcoming: true,
    treatment: true,
    reasons: true,
    effect: true,
    changed: true,
    originalFilePath: true,
    isNew: true,
    reads: true,
    stored: true,
  } satisfies Fields<PlannedNode>,
};

interface Described {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly $defs: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
}

const schema = JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as Described;

test.each(Object.entries(FIELDS))('every field of %s is described, and no other', (name, fields) => {
  const described = name === 'report' ? schema : schema.$defs[name];
  expect(Object.keys(described?.properties ?? {}).sort()).toEqual(Object.keys(fields).sort());
});
