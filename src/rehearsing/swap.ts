import { formatComment } from '../deployment/marker.js';
import { baselineSchema, productionSchema, releaseSchema, upcomingSchema } from '../deployment/schema-names.js';
import { ActionableError } from '../errors.js';
import { observe } from '../observing/observe.js';
import { nodesWithRows } from '../running/dbt-steps.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { cloneSchema, dropSchema } from '../snowflake/statements/schemas.js';
import type { Statement } from '../snowflake/warehouse.js';
import { carryStatements } from '../switching/carry.js';
import { lookAtPair } from '../switching/catch-up.js';
import { exchangeStatement } from '../switching/exchange.js';
import type { SwitchJob } from '../switching/job.js';
import { exchangesOf, releaseMarker } from '../switching/switch-over.js';
import { dbtWords, step } from './step.js';
import type { RehearsedStep } from './step.js';

/** The steps of a swap whose checks have passed, in their order; what writers do until then comes on top. */
export async function rehearseSwap(job: SwitchJob): Promise<readonly RehearsedStep[]> {
  const { record } = job;
  if (record.plan.rebuilt.length === 0) {
    return [
      step('Bring the commit live', [], 'the marker of production is written; no schema is exchanged'),
      ...after(job),
    ];
  }
  return [
    await catchUp(job),
    step('Keep policies and tags', [], "what production's tables have by then is set on blue's where they lack it"),
    await stage(job),
    step('Swap', [exchangeStatement(exchangesOf(job))]),
    ...after(job),
  ];
}

/** What is left to do of a swap that was begun: everything after the exchange. */
export function rehearseFinish(job: SwitchJob): readonly RehearsedStep[] {
  return [
    step('Settle names and markers', [], 'what the block that began did not get to is exchanged and renamed'),
    ...after(job),
  ];
}

async function catchUp(job: SwitchJob): Promise<RehearsedStep> {
  const { switched, onlyRead, record } = job;
  const statements: Statement[] = [];
  const late: string[] = [];
  for (const pair of [...switched, ...onlyRead]) {
    const seen = await lookAtPair(job, pair, record.tokensAtClone);
    statements.push(...carryStatements(seen.production, seen.upcoming, seen.plan));
    late.push(...seen.late);
  }
  if (late.length === 0) return step('Catch up with production', statements);
  return step(
    'Catch up with production',
    statements,
    `these rebuilt tables got changes in production since the clone: ${late.join(', ')}`,
    dbtWords('dbt run', nodesWithRows(record.plan), job.pair.upcoming),
    'then ids of production and blue are compared',
  );
}

async function stage(job: SwitchJob): Promise<RehearsedStep> {
  const statements: Statement[] = [];
  for (const pair of job.switched) statements.push(await stageOf(job, pair));
  return step('Stage the release', statements, 'with the grants, owners and clustering that production has now');
}

async function stageOf(job: SwitchJob, pair: SchemaPair): Promise<Statement> {
  const { production } = await observe(job.tools.warehouse, pair);
  if (production === undefined) throw new ActionableError(`${displayName(productionSchema(pair))} is gone.`);
  const staged = releaseSchema(pair, job.record.deployment);
  const comment = formatComment(production.comment.words, releaseMarker(job, pair, staged));
  return cloneSchema(staged, upcomingSchema(pair), production.options, comment);
}

function after({ pair, switched, onlyRead, record, project }: SwitchJob): readonly RehearsedStep[] {
  const { plan, deployment, commit } = record;
  const views = plan.rebuilt.filter(({ materialized }) => materialized === 'view');
  const gone = [
    ...switched.map((each) => baselineSchema(each, deployment)),
    ...[...switched, ...onlyRead].map(upcomingSchema).reverse(),
  ];
  return [
    ...(views.length === 0 ? [] : [step('Re-point views', [], dbtWords('dbt run', views, pair.production))]),
    step('Tests after the swap', [], dbtWords('dbt test', plan.tests, pair.production)),
    step('Promote the production branch', [], `${project.productionBranch} is moved forward to ${commit.slice(0, 7)}`),
    step('Drop the upcoming and baseline schemas', gone.map(dropSchema)),
  ];
}
