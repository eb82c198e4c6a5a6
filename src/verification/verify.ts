import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import { messageOf } from '../errors.js';
import type { PlannedNode } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import { createCatalog } from './catalog.js';
import type { Catalog } from './catalog.js';
import { commonColumns, schemaDifference } from './columns.js';
import type { Column, ColumnPair } from './columns.js';
import { compareSides } from './compare.js';
import type { Ask, KnownRows } from './compare.js';
import { chooseColumns } from './compared-columns.js';
import { concurrently } from './concurrently.js';
import { findKey, hasWrittenKey, isProvenUnique } from './keys.js';
import { judgeComparison, judgeSchema, statusOf } from './policy.js';
import { readModelSettings } from './settings.js';
import type { ModelSettings } from './settings.js';
import type { Comparison, Finding, Key, ModelVerdict } from './verdict.js';

/** A rebuilt relation and what it is compared with. */
export interface VerificationTarget {
  readonly node: PlannedNode;
  /** The clone made with blue; for a view, production's own view, which nobody touches until the swap. */
  readonly baseline: RelationName | undefined;
  readonly upcoming: RelationName;
  /**
   * Only where the baseline is production itself: whether production's tables got rows since the clone (their change
   * tokens moved). If so, ids that blue lacks may be late rows: they warn here, and the catch-up before the swap must
   * check them again.
   * Unknown counts as no, so that lost ids block.
   */
  readonly productionMoved?: boolean;
}

export interface VerificationRequest {
  readonly warehouse: Warehouse;
  readonly targets: readonly VerificationTarget[];
  /** Of the commit that was built. */
  readonly manifest: Manifest;
  /** When the baseline was cloned. */
  readonly cutOff: Date;
  /** Models compared at the same time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** Server-side limit of each query. */
  readonly timeoutSeconds: number;
  /** Sample keys of each class and model; 0 to 1000. */
  readonly sampleIds: number;
  /** Ids of dbt tests that passed in blue: proof that keys are unique, which allows the cheaper comparison. */
  readonly passedTests?: ReadonlySet<string>;
}

/** What one model's check came to, before it is dressed as a verdict. */
type Outcome = Pick<
  ModelVerdict,
  'status' | 'key' | 'comparison' | 'schema' | 'uncompared' | 'findings' | 'isProvisional'
>;

const NOTHING_KNOWN = {
  key: undefined,
  comparison: undefined,
  schema: undefined,
  uncompared: [],
  isProvisional: false,
} as const;

/**
 * Compares every rebuilt relation with its baseline, in the targets' order. A check that breaks (error, timeout) makes
 * its own model `errored` and does not stop the others.
 * @throws only when `signal` is aborted
 */
export async function verifyModels(request: VerificationRequest): Promise<readonly ModelVerdict[]> {
  const { warehouse, signal, timeoutSeconds } = request;
  const options = { timeoutSeconds, ...(signal === undefined ? {} : { signal }) };
  const ask: Ask = (statement) => warehouse.execute(statement, options);
  const catalog = createCatalog(ask);
  return concurrently(request.targets, request.concurrency, async (target) => {
    signal?.throwIfAborted();
    const start = performance.now();
    const outcome = await checkOrExplain(request, target, ask, catalog);
    return { ...identity(target), ...outcome, seconds: (performance.now() - start) / 1000 };
  });
}

function identity({ node, baseline, upcoming }: VerificationTarget): Omit<ModelVerdict, keyof Outcome | 'seconds'> {
  return { uniqueId: node.uniqueId, name: node.name, relation: upcoming, baseline, materialized: node.materialized };
}

async function checkOrExplain(
  request: VerificationRequest,
  target: VerificationTarget,
  ask: Ask,
  catalog: Catalog,
): Promise<Outcome> {
  try {
    return await check(request, target, ask, catalog);
  } catch (error) {
    request.signal?.throwIfAborted();
    const text = `the check broke, so nothing is known about this model: ${messageOf(error)}`;
    return { ...NOTHING_KNOWN, status: 'errored', findings: [{ severity: 'fail', text }] };
  }
}

async function check(
  request: VerificationRequest,
  target: VerificationTarget,
  ask: Ask,
  catalog: Catalog,
): Promise<Outcome> {
  const upcoming = await catalog.columns(target.upcoming);
  if (upcoming === undefined) return failed(`${displayName(target.upcoming)} does not exist: dbt did not build it.`);
  const baseline = target.baseline === undefined ? undefined : await catalog.columns(target.baseline);
  if (baseline === undefined) return withoutBaseline(target);
  const node = request.manifest.nodes.get(target.node.uniqueId);
  if (node === undefined) throw new Error(`the manifest has no node ${target.node.uniqueId}`);
  return compareRelations(request, target, node, { ask, catalog, baseline, upcoming });
}

function withoutBaseline({ node, baseline }: VerificationTarget): Outcome {
  if (!node.isNew) {
    const where = baseline === undefined ? 'a baseline' : displayName(baseline);
    return failed(`there is nothing to compare with: ${where} is missing although production has this model.`);
  }
  const finding: Finding = { severity: 'info', text: 'new in this deployment: nothing to compare with.' };
  return { ...NOTHING_KNOWN, status: 'new', findings: [finding] };
}

function failed(text: string): Outcome {
  return { ...NOTHING_KNOWN, status: 'failed', findings: [{ severity: 'fail', text }] };
}

interface Surroundings {
  readonly ask: Ask;
  readonly catalog: Catalog;
  readonly baseline: readonly Column[];
  readonly upcoming: readonly Column[];
}

async function compareRelations(
  request: VerificationRequest,
  target: VerificationTarget,
  node: ManifestNode,
  surroundings: Surroundings,
): Promise<Outcome> {
  const { ask, catalog, baseline, upcoming } = surroundings;
  const settings = readModelSettings(node);
  const pairs = commonColumns(baseline, upcoming);
  const key = await discoverKey(request.manifest, node, settings, pairs, target, catalog);
  const relations = { baseline: target.baseline ?? target.upcoming, upcoming: target.upcoming };
  const compared = chooseColumns(pairs, key, settings, request.cutOff);
  if (compared.key.length + compared.values.length === 0) {
    throw new Error('the two sides have no column in common that could be compared.');
  }
  const isView = node.materialized === 'view';
  // Of a view only the key set is compared: its values follow from tables that are compared themselves.
  const values = isView && compared.key.length > 0 ? [] : compared.values;
  const known = isView ? undefined : await knownRows(catalog, relations.baseline, relations.upcoming);
  const isUnique = isProvenUnique(key, node, request.manifest, request.passedTests ?? new Set());
  const sides = { ...relations, ...compared, values, samples: request.sampleIds };
  const comparison = await compareSides(ask, sides, known, isUnique);
  const schema = schemaDifference(baseline, upcoming);
  const circumstances = {
    key,
    settings,
    changedItself: target.node.changed,
    baselineMayBeNewer: target.productionMoved === true,
  };
  const findings = [
    ...judgeSchema(schema, settings),
    ...judgeComparison(comparison, circumstances),
    ...judgeVisibility(comparison, known),
  ];
  // A limit that the project sets for missing ids has decided already.
  const isProvisional =
    circumstances.baselineMayBeNewer && comparison.missing > 0 && settings.limits.missing === undefined;
  const { uncompared } = compared;
  return { status: statusOf(findings), key, comparison, schema, uncompared, findings, isProvisional };
}

async function discoverKey(
  manifest: Manifest,
  node: ManifestNode,
  settings: ModelSettings,
  pairs: readonly ColumnPair[],
  target: VerificationTarget,
  catalog: Catalog,
): Promise<Key> {
  const columns = pairs.map((pair) => pair.upcoming);
  if (hasWrittenKey(node, manifest, settings)) {
    const key = findKey(node, manifest, settings, columns, []);
    if (key.source !== 'keyless') return key;
  }
  const declared = await catalog.primaryKey(target.baseline ?? target.upcoming);
  return findKey(node, manifest, settings, columns, declared);
}

async function knownRows(catalog: Catalog, baseline: RelationName, upcoming: RelationName): Promise<KnownRows> {
  const before = await catalog.rows(baseline);
  const after = await catalog.rows(upcoming);
  return before === undefined || after === undefined ? undefined : { baseline: before, upcoming: after };
}

/** A row access policy hides rows from COUNT(*) but not from metadata; what is hidden was not compared. */
function judgeVisibility(comparison: Comparison, known: KnownRows): readonly Finding[] {
  if (known === undefined) return [];
  const sees = (side: string, counted: number, stored: number): Finding[] =>
    counted === stored
      ? []
      : [
          {
            severity: 'warn',
            text: `this role sees ${counted} of the ${stored} rows of the ${side}: only those were compared.`,
          },
        ];
  return [
    ...sees('baseline', comparison.baselineRows, known.baseline),
    ...sees('upcoming table', comparison.upcomingRows, known.upcoming),
  ];
}
