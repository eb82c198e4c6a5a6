import type { Tokens } from '../deployment/record.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { switchedPairs } from '../deployment/side-pairs.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import { quoteRelation } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import type { Ask } from '../verification/compare.js';
import { readAttachedPolicies } from '../verification/governance/attached-policies.js';
import type { AttachedPolicies } from '../verification/governance/attached-policies.js';
import { readAttachedTags } from '../verification/governance/attached-tags.js';
import type { AttachedTags } from '../verification/governance/attached-tags.js';
import { replacedRelations } from './replaced.js';

/** Policies and tags are looked at besides everything else: they must not hold it up for long. */
const TIMEOUT_SECONDS = 300;

/** What is set on production's relations and on blue's. */
export interface Governance {
  readonly policies: AttachedPolicies;
  readonly tags: AttachedTags;
}

/** Asks what Snowflake knows of policies, tags and the columns that they may be set on. */
export function askerOf({ warehouse, signal }: Pick<Tools, 'warehouse' | 'signal'>): Ask {
  return (statement) => warehouse.execute(statement, { signal, timeoutSeconds: TIMEOUT_SECONDS });
}

/**
 * @param main the main pair
 * @param tagsOfProduction read before, since that takes long where many tables are rebuilt
 */
export async function readGovernance(
  ask: Ask,
  plan: Plan,
  main: SchemaPair,
  tagsOfProduction: AttachedTags,
): Promise<Governance> {
  return { policies: await readPolicies(ask, plan, main), tags: await readTags(ask, plan, tagsOfProduction) };
}

function readPolicies(ask: Ask, plan: Plan, main: SchemaPair): Promise<AttachedPolicies> {
  const schemas = switchedPairs(plan, main).flatMap((each) => [productionSchema(each), upcomingSchema(each)]);
  return readAttachedPolicies(ask, schemas);
}

/**
 * The tags of production's tables that are rebuilt.
 * @param tokens of production's tables: what has none is no table there
 */
export function readTagsOfProduction(ask: Ask, plan: Plan, tokens: Tokens): Promise<AttachedTags> {
  // One name that nothing has would have Snowflake refuse the whole statement.
  const tables = replacedRelations(plan).filter(({ production }) => tokens[quoteRelation(production)] !== undefined);
  return readAttachedTags(
    ask,
    tables.map(({ production }) => production),
  );
}

/** Those of production's tables, and of what takes the place of a table that has any. */
async function readTags(ask: Ask, plan: Plan, ofProduction: AttachedTags): Promise<AttachedTags> {
  if (ofProduction.unseen !== undefined) return ofProduction;
  const tagged = replacedRelations(plan).filter(({ production }) => ofProduction.of(production).length > 0);
  const ofBlue = await readAttachedTags(
    ask,
    tagged.map(({ upcoming }) => upcoming),
  );
  if (ofBlue.unseen !== undefined) return ofBlue;
  return { of: (relation) => [...ofProduction.of(relation), ...ofBlue.of(relation)], unseen: undefined };
}
