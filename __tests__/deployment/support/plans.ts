import type { DeploymentRecord } from '../../../src/deployment/record.js';
import type { Plan, PlannedNode } from '../../../src/selection/plan.js';
import { D0, D1, PAIR } from './schemas.js';

/** An incremental model that is rebuilt, by the stored name of its relation. */
export function plannedNode(name: string): PlannedNode {
  return {
    uniqueId: `model.shop.${name.toLowerCase()}`,
    name: name.toLowerCase(),
    fqn: ['shop', name.toLowerCase()],
    resourceType: 'model',
    materialized: 'incremental',
    production: { database: PAIR.database, schema: PAIR.production, name },
    upcoming: { database: PAIR.database, schema: PAIR.upcoming, name },
    treatment: 'rebuild',
    reasons: [{ text: 'body changed', effect: 'rebuild' }],
    effect: 'rebuild',
    changed: true,
    originalFilePath: `models/${name}.sql`,
    isNew: false,
    reads: [],
  };
}

export function plan(rebuilt: readonly PlannedNode[], tests: Plan['tests'] = []): Plan {
  return {
    base: '0'.repeat(40),
    head: 'a'.repeat(40),
    dbtVersion: '1.11.0',
    pairs: [PAIR],
    rebuilt,
    notRebuilt: [],
    removed: [],
    tests,
  };
}

/** The record of D1, whose parent is D0, with what a test changes. */
export function record(changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    deployment: D1,
    repository: 'octo/shop',
    commit: 'a'.repeat(40),
    base: '0'.repeat(40),
    parent: D0,
    phase: 'done',
    startedAt: '2026-11-01T09:00:00.000Z',
    pullRequests: [7],
    snapshot: undefined,
    rejected: undefined,
    plan: plan([plannedNode('EVENTS')]),
    rebuilt: undefined,
    tokensAtClone: {},
    tokensAtSwap: undefined,
    tokensOfRelease: undefined,
    tokensOfUpcoming: undefined,
    verdict: undefined,
    ...changes,
  };
}
