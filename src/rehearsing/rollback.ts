import { operationId, restoreSchema } from '../deployment/schema-names.js';
import { formatComment } from '../deployment/marker.js';
import { takeInventory } from '../observing/inventory.js';
import { observe } from '../observing/observe.js';
import { readTokens } from '../observing/tokens.js';
import { cloneSchema } from '../snowflake/statements/schemas.js';
import type { Statement } from '../snowflake/warehouse.js';
import { builtSince } from '../switching/built-since.js';
import type { BuiltSince } from '../switching/built-since.js';
import { carryStatements } from '../switching/carry.js';
import { planCarryBack, plannedSwapBack, restoreMarker } from '../switching/roll-back.js';
import type { PairToRestore, RollbackJob } from '../switching/roll-back.js';
import { exchangeStatement } from '../switching/exchange.js';
import { sidesToRestore } from '../switching/sides-to-restore.js';
import { step } from './step.js';
import type { RehearsedStep } from './step.js';

/** The steps of a rollback, in their order. */
export async function rehearseRollback(job: RollbackJob): Promise<readonly RehearsedStep[]> {
  const { tools, pair, live, target } = job;
  const operation = operationId(tools.clock.now(), 0);
  const built = await builtSince(job.history, live.marker, target.marker, job.carry);
  const pairs = [{ pair, target }, ...(await sidesToRestore(tools, pair, built.deployments))];
  const statements: Statement[] = [];
  for (const each of pairs) statements.push(...(await stage(job, operation, built, each)));
  const { mark, exchanges } = await plannedSwapBack(job, operation, pairs);
  return [
    step('Stage the former production', statements, 'with the grants, owners and clustering that production has now'),
    step('Swap back', [mark, exchangeStatement(exchanges)]),
    step(
      'Put the production branch back',
      [],
      `to ${target.marker.commit.slice(0, 7)}, if it still stands where the deployment left it`,
    ),
  ];
}

async function stage(
  job: RollbackJob,
  operation: string,
  built: BuiltSince,
  { pair, target }: PairToRestore,
): Promise<readonly Statement[]> {
  const { warehouse } = job.tools;
  const { production } = await observe(warehouse, pair);
  if (production === undefined) return [];
  const restore = restoreSchema(pair, operation);
  const marker = restoreMarker(job, target, operation, restore);
  const comment = formatComment(production.comment.words, marker);
  const clone = cloneSchema(restore, target.seen.name, production.options, comment);
  if (job.carry === 'none') return [clone];
  const source = await takeInventory(warehouse, production.name);
  const tokens = await readTokens(warehouse, production.name, [...source.tables.keys()]);
  const plan = planCarryBack(built, pair, source, await takeInventory(warehouse, target.seen.name), tokens);
  return [clone, ...carryStatements(production.name, restore, plan)];
}
