import type { Manifest } from '../dbt/manifest.js';
import type { Marker } from '../deployment/marker.js';
import { baselineSchema, productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import type { Tokens } from '../deployment/record.js';
import type { CommonInputs } from '../inputs.js';
import { isSamePair, markerOn, sidePairs, switchedSides } from '../deployment/side-pairs.js';
import type { Plan, PlannedNode, SchemaPair } from '../selection/plan.js';
import { quoteRelation } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import { EMPTY, takeInventory } from '../observing/inventory.js';
import type { Inventory } from '../observing/inventory.js';
import { movedAmong } from '../observing/pair-tokens.js';
import { decide } from '../verification/decide.js';
import { judgeTests, passedTests } from '../verification/tests.js';
import type { TestVerdict, Verdict } from '../verification/verdict.js';
import { verifyModels } from '../verification/verify.js';
import type { VerificationTarget } from '../verification/verify.js';
import type { Tools } from '../tools.js';
import type { Code } from '../running/code.js';
import { runCustomChecks } from '../running/custom-checks.js';
import { dbtCommand } from '../running/dbt-steps.js';
import { completeBaseline } from './complete-baseline.js';
import type { CompleteBaseline } from './complete-baseline.js';
import { forgiveKnownFailures } from './known-failures.js';
import { readSettings } from './read-settings.js';
import { repairGovernance } from './repair-governance.js';

const CONCURRENCY = 4;
const QUERY_TIMEOUT_SECONDS = 3600;
const SAMPLE_IDS = 10;

export interface VerificationSubject {
  readonly code: Code;
  readonly pair: SchemaPair;
  readonly plan: Plan;
  readonly marker: Marker;
  /** Of the deployed commit, rendered for the upcoming schema. */
  readonly manifest: Manifest;
  readonly tokensAtClone: Tokens;
}

/** dbt's tests in blue, then every rebuilt relation against its baseline, then the custom checks: the whole verdict. */
export async function verifyUpcoming(
  tools: Tools,
  inputs: CommonInputs,
  subject: VerificationSubject,
): Promise<Verdict> {
  const { pair, plan, marker, code } = subject;
  const settings = await readSettings(code, inputs, subject.manifest);
  const { policies, tags } = await repairGovernance(tools, subject, settings);
  const dbtTests = await forgiveKnownFailures(tools, subject, await testUpcoming(tools, subject));
  const baselines = await completeBaselines(tools, subject);
  const targets = await targetsOf(tools, subject, baselines);
  const models = await verifyModels({
    warehouse: tools.warehouse,
    targets,
    policies,
    tags,
    manifest: subject.manifest,
    settings,
    cutOff: new Date(marker.startedAt),
    concurrency: CONCURRENCY,
    signal: tools.signal,
    timeoutSeconds: QUERY_TIMEOUT_SECONDS,
    sampleIds: inputs.sampleIds === 'none' ? 0 : SAMPLE_IDS,
    sampleValues: inputs.sampleValues,
    passedTests: passedTests(dbtTests),
  });
  const checks = await runCustomChecks(tools, code, plan.rebuilt.length === 0 ? [] : inputs.verifySql, {
    new: upcomingSchema(pair),
    old: productionSchema(pair),
  });
  const uncompared = [policies.unseen, tags.unseen].filter((text) => text !== undefined);
  return decide({
    models,
    tests: [...dbtTests, ...checks],
    baseline: originOf(baselines),
    ...(uncompared.length === 0 ? {} : { uncompared }),
    mode: inputs.verification.mode,
  });
}

async function testUpcoming(tools: Tools, { code, pair, plan }: VerificationSubject): Promise<readonly TestVerdict[]> {
  if (plan.tests.length === 0) return [];
  const command = dbtCommand(tools, code, pair.upcoming, 'test', plan.tests, 'Tests in blue');
  return judgeTests(plan.tests, await tools.dbt.run(command, tools.signal));
}

/** A pair in which something is rebuilt, with what its baseline holds. */
interface PairBaseline extends CompleteBaseline {
  readonly pair: SchemaPair;
  /** Stored names of rebuilt relations that were tables of production when it was cloned. */
  readonly cloned: ReadonlySet<string>;
}

/** That of the main pair first. */
type PairBaselines = readonly [PairBaseline, ...PairBaseline[]];

async function completeBaselines(tools: Tools, subject: VerificationSubject): Promise<PairBaselines> {
  const { pair: main, plan } = subject;
  const sides: PairBaseline[] = [];
  const ofMain = await completePair(tools, subject, main);
  for (const pair of switchedSides(plan, main)) sides.push(await completePair(tools, subject, pair));
  return [ofMain, ...sides];
}

async function completePair(tools: Tools, subject: VerificationSubject, pair: SchemaPair): Promise<PairBaseline> {
  const cloned = tablesAtClone(subject, pair);
  const { tokensAtClone } = subject;
  const marker = markerOn(subject.marker, subject.pair, pair, upcomingSchema(pair));
  return { ...(await completeBaseline(tools, { pair, marker, tokensAtClone }, cloned)), pair, cloned };
}

function tablesAtClone({ plan, tokensAtClone }: VerificationSubject, pair: SchemaPair): ReadonlySet<string> {
  const names = plan.rebuilt.flatMap(({ production, isNew }) =>
    production !== undefined && isProductionOf(pair, production) && !isNew && isKnown(tokensAtClone, production)
      ? [production.name]
      : [],
  );
  return new Set(names);
}

function isKnown(tokens: Tokens, relation: RelationName): boolean {
  return tokens[quoteRelation(relation)] !== undefined;
}

function isProductionOf({ database, production }: SchemaPair, relation: RelationName): boolean {
  return relation.database === database && relation.schema === production;
}

/** Where a table had to be taken from Time Travel, that is said of the whole: the clone alone is the rule. */
function originOf(baselines: PairBaselines): Verdict['baseline'] {
  const travelled = baselines.map(({ origin }) => origin).filter((origin) => origin.kind === 'time travel');
  const [first] = travelled;
  if (first === undefined) return baselines[0].origin;
  return { ...first, tables: travelled.flatMap(({ tables }) => tables).sort() };
}

async function targetsOf(
  tools: Tools,
  subject: VerificationSubject,
  baselines: readonly PairBaseline[],
): Promise<readonly VerificationTarget[]> {
  const { pair: main, plan, tokensAtClone } = subject;
  // What a view of one pair reads may stand in any.
  const standing: { readonly pair: SchemaPair; readonly inventory: Inventory; readonly moved: boolean }[] = [];
  for (const pair of [main, ...sidePairs(plan, main)]) {
    const inventory = await takeInventory(tools.warehouse, productionSchema(pair));
    const moved = await movedAmong(tools.warehouse, pair, inventory, tokensAtClone);
    standing.push({ pair, inventory, moved: moved.length > 0 });
  }
  const moved = standing.some((each) => each.moved);
  const targets = baselines.map((baseline) => {
    const { inventory } = standing.find(({ pair }) => isSamePair(pair, baseline.pair)) ?? { inventory: EMPTY };
    return new Map(
      plan.rebuilt
        .filter(({ upcoming }) => upcoming !== undefined && upcoming.schema === baseline.pair.upcoming)
        .map((node) => [node.uniqueId, targetOf(subject, node, baseline, inventory, moved)]),
    );
  });
  return plan.rebuilt.flatMap(({ uniqueId }) => targets.flatMap((each) => each.get(uniqueId) ?? []));
}

function targetOf(
  { plan, marker }: VerificationSubject,
  node: PlannedNode,
  { pair, cloned, lacking }: PairBaseline,
  inventory: Inventory,
  moved: boolean,
): VerificationTarget | undefined {
  if (node.upcoming === undefined) return undefined;
  const name = node.production?.name ?? '';
  // What was a table when it was cloned has a baseline, whatever became of it since.
  const wasTable = cloned.has(name);
  const isView = !wasTable && inventory.views.has(name);
  // A model that the live code has and no run has built yet is new to the warehouse all the same.
  if (node.isNew || node.production === undefined || !(wasTable || isView || inventory.tables.has(name))) {
    return { node: { ...node, isNew: true }, baseline: undefined, upcoming: node.upcoming };
  }
  // A view has no rows to clone: production's own is compared, which nobody touches until the swap.
  const compared = isView ? node.production : { ...baselineSchema(pair, marker.deployment), name };
  const expectations = plan.expectations?.[node.uniqueId] ?? [];
  const whyLacking = lacking.get(name);
  const target = {
    node,
    baseline: compared,
    upcoming: node.upcoming,
    expectations,
    ...(whyLacking === undefined ? {} : { whyLacking }),
  };
  return isView ? { ...target, productionMoved: moved } : target;
}
