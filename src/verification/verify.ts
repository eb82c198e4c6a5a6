import type { Manifest } from '../dbt/manifest.js';
import { messageOf } from '../errors.js';
import type { PlannedNode } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import { createCatalog } from './catalog.js';
import type { Catalog } from './catalog.js';
import type { Ask } from './compare.js';
import { compareRelations } from './compare-relations.js';
import type { ComparedRelations } from './compare-relations.js';
import { concurrently } from './concurrently.js';
import { LateGrowth } from './late-growth.js';
import { NO_POLICIES } from './governance/attached-policies.js';
import type { AttachedPolicies, AttachedPolicy } from './governance/attached-policies.js';
import { judgePolicies, noteMasked } from './governance/judge-policies.js';
import { policyChanges } from './governance/policy-changes.js';
import { NO_TAGS } from './governance/attached-tags.js';
import type { AttachedTags } from './governance/attached-tags.js';
import { tagChanges } from './governance/tag-changes.js';
import { judgeColumns, judgeProperties } from './judge-structure.js';
import { judgeComparison, judgeSchema, statusOf } from './policy.js';
import type { ModelSettings } from './settings/model-settings.js';
import { NO_LAYERS } from './settings/settings-layers.js';
import type { SettingsLayers } from './settings/settings-layers.js';
import { traitChanges } from './relation-traits.js';
import type { Finding, ModelVerdict, PolicyChange, RelationChange } from './verdict.js';

/** A rebuilt relation and what it is compared with. */
export interface VerificationTarget {
  readonly node: PlannedNode;
  /** The clone made with blue; for a view, production's own view, which nobody touches until the swap. */
  readonly baseline: RelationName | undefined;
  /** Why the baseline is not there, in sentences, where that is known. */
  readonly whyLacking?: string;
  readonly upcoming: RelationName;
  /**
   * Only where the baseline is production itself: whether production's tables got rows since the clone (their change
   * tokens moved). If so, ids that blue lacks may be late rows: they warn here, and the catch-up before the swap must
   * check them again.
   * Unknown counts as no, so that lost ids block.
   */
  readonly productionMoved?: boolean;
  /** Names of the expectations that this deployment adds or alters; others do not count. */
  readonly expectations?: readonly string[];
}

export interface VerificationRequest {
  readonly warehouse: Warehouse;
  /** A relation stands after those that it reads. */
  readonly targets: readonly VerificationTarget[];
  /** Of the commit that was built. */
  readonly manifest: Manifest;
  /** Where settings stand besides the nodes' own meta. */
  readonly settings?: SettingsLayers;
  /** When the baseline was cloned. */
  readonly cutOff: Date;
  /** Models compared at the same time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** Server-side limit of each query. */
  readonly timeoutSeconds: number;
  /** Sample keys of each class and model; 0 to 1000. */
  readonly sampleIds: number;
  /** Also fetch what differs in the sample rows: two more narrow reads of a model with changed rows. */
  readonly sampleValues?: boolean;
  /** Ids of dbt tests that passed in blue: proof that keys are unique, which allows the cheaper comparison. */
  readonly passedTests?: ReadonlySet<string>;
  /** Where masking and row access policies are set in production and in blue. */
  readonly policies?: AttachedPolicies;
  /** The tags of production's tables and of blue's. */
  readonly tags?: AttachedTags;
}

/** What one model's check came to, before it is dressed as a verdict. */
type Outcome = Pick<
  ModelVerdict,
  | 'status'
  | 'key'
  | 'comparison'
  | 'schema'
  | 'uncompared'
  | 'findings'
  | 'isProvisional'
  | 'conditions'
  | 'partial'
  | 'properties'
  | 'policies'
>;

interface Compared {
  readonly kind: 'compared';
  readonly compared: ComparedRelations;
  readonly properties: readonly RelationChange[];
  readonly policies: readonly PolicyChange[];
  /** Stored names of columns that have a masking policy on either side. */
  readonly masked: ReadonlySet<string>;
}

/** Compared and still to be judged, or decided without a comparison. */
type Checked = Compared | { readonly kind: 'decided'; readonly outcome: Outcome };

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
  const all = await concurrently(request.targets, request.concurrency, async (target) => {
    signal?.throwIfAborted();
    const start = performance.now();
    const checked = await checkOrExplain(request, target, ask, catalog);
    return { target, checked, seconds: (performance.now() - start) / 1000 };
  });
  // What a model reads is judged before it: late rows trickle down.
  const growth = new LateGrowth(request.manifest);
  return all.map(({ target, checked, seconds }) => {
    const { node } = target;
    const outcome = checked.kind === 'decided' ? checked.outcome : judge(checked, growth.before(node.uniqueId));
    const verdict = { ...identity(target), ...outcome, seconds };
    growth.add(verdict, node.changed);
    return verdict;
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
): Promise<Checked> {
  try {
    return await check(request, target, ask, catalog);
  } catch (error) {
    request.signal?.throwIfAborted();
    const text = `the check broke, so nothing is known about this model: ${messageOf(error)}`;
    return withoutComparison('errored', { severity: 'fail', text });
  }
}

async function check(
  request: VerificationRequest,
  target: VerificationTarget,
  ask: Ask,
  catalog: Catalog,
): Promise<Checked> {
  const upcoming = await catalog.columns(target.upcoming);
  if (upcoming === undefined) return failed(`${displayName(target.upcoming)} does not exist: dbt did not build it.`);
  const baseline = target.baseline === undefined ? undefined : await catalog.columns(target.baseline);
  if (target.baseline === undefined || baseline === undefined) return withoutBaseline(target);
  const node = request.manifest.nodes.get(target.node.uniqueId);
  if (node === undefined) throw new Error(`the manifest has no node ${target.node.uniqueId}`);
  const compared = await compareRelations(
    { ask, catalog },
    {
      node,
      manifest: request.manifest,
      settings: (request.settings ?? NO_LAYERS).of(node),
      baseline: { name: target.baseline, columns: baseline },
      upcoming: { name: target.upcoming, columns: upcoming },
      expectations: target.expectations ?? [],
      changedItself: target.node.changed,
      baselineMayBeNewer: target.productionMoved === true,
      cutOff: request.cutOff,
      sampleIds: request.sampleIds,
      sampleValues: request.sampleValues === true,
      passedTests: request.passedTests ?? new Set(),
    },
  );
  // What a cancelled job did not finish reading must not count as read.
  request.signal?.throwIfAborted();
  const properties = await changedProperties(catalog, target);
  const columns = upcoming.map(({ name }) => name);
  return {
    kind: 'compared',
    compared,
    properties,
    ...comparePolicies(request, target, columns),
  };
}

/** Like the relation as a whole, with production itself: policies that the clone carries could have changed since. */
function comparePolicies(
  { policies = NO_POLICIES, tags = NO_TAGS }: VerificationRequest,
  { node, baseline, upcoming }: VerificationTarget,
  columns: readonly string[],
): Pick<Compared, 'policies' | 'masked'> {
  const at = (name: RelationName | undefined): readonly AttachedPolicy[] =>
    name === undefined ? [] : policies.of(name);
  const { production } = node;
  const masks = [...at(baseline), ...at(production), ...at(upcoming)].flatMap(({ column }) => column ?? []);
  if (production === undefined) return { policies: [], masked: new Set(masks) };
  const before = { name: production, policies: at(production), tags: tags.of(production) };
  const after = { name: upcoming, policies: at(upcoming), tags: tags.of(upcoming) };
  return {
    policies: [...policyChanges(before, after, columns), ...tagChanges(before, after, columns)],
    masked: new Set(masks),
  };
}

/** Compared with production itself: a clone has another owner than its source. */
async function changedProperties(
  catalog: Catalog,
  { node, upcoming }: VerificationTarget,
): Promise<readonly RelationChange[]> {
  const before = node.production === undefined ? undefined : await catalog.traits(node.production);
  const after = await catalog.traits(upcoming);
  return before === undefined || after === undefined ? [] : traitChanges(before, after);
}

/** @param arrivals see LateGrowth */
function judge({ compared, properties, policies, masked }: Compared, arrivals: number | undefined): Outcome {
  const { key, comparison, schema, uncompared, conditions, partial, notes, circumstances } = compared;
  const { settings, outdated, baselineMayBeNewer } = circumstances;
  const findings = [
    ...judgeSchema(schema, settings),
    ...judgeColumns(schema),
    ...judgeProperties(properties),
    ...judgePolicies(policies, settings, outdated.includes('lost_policies')),
    ...noteMasked(compared.columns, masked),
    ...judgeComparison(comparison, { ...circumstances, arrivals }),
    ...notes,
  ];
  // A limit that the project sets for missing ids has decided already.
  const isLimited = settings.limits.missing?.fail !== undefined || expectsNumber(settings);
  const lost = comparison.missing - comparison.excused.reduce((sum, { count }) => sum + count, 0);
  const isProvisional = baselineMayBeNewer && lost > 0 && !isLimited;
  return {
    status: statusOf(findings),
    key,
    comparison,
    schema,
    uncompared,
    findings,
    isProvisional,
    ...(conditions === undefined ? {} : { conditions }),
    ...(partial === undefined ? {} : { partial }),
    ...(properties.length === 0 ? {} : { properties }),
    ...(policies.length === 0 ? {} : { policies }),
  };
}

function expectsNumber({ expect: { missing } }: ModelSettings): boolean {
  return missing?.max !== undefined && missing.where === undefined;
}

function withoutBaseline({ node, baseline, whyLacking = 'Build again.' }: VerificationTarget): Checked {
  if (!node.isNew) {
    const where = baseline === undefined ? 'a baseline' : displayName(baseline);
    return failed(
      `there is nothing to compare with: ${where} is missing although production has this model. ${whyLacking}`,
    );
  }
  return withoutComparison('new', { severity: 'info', text: 'new in this deployment: nothing to compare with.' });
}

function failed(text: string): Checked {
  return withoutComparison('failed', { severity: 'fail', text });
}

function withoutComparison(status: ModelVerdict['status'], finding: Finding): Checked {
  const nothing = { key: undefined, comparison: undefined, schema: undefined, uncompared: [], isProvisional: false };
  return { kind: 'decided', outcome: { ...nothing, status, findings: [finding] } };
}
