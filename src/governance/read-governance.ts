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

/** Policies and tags are looked at besides everything else: they must not hold it up for long. */
const TIMEOUT_SECONDS = 300;

/** What is set on production's tables and on blue's. */
export interface Governance {
  readonly policies: AttachedPolicies;
  readonly tags: AttachedTags;
}

/** What a deployment rebuilds. */
export interface RebuiltTables {
  /** The main pair. */
  readonly pair: SchemaPair;
  readonly plan: Plan;
  /** Of production's tables: what has none is no table there. */
  readonly tokens: Tokens;
}

export async function readGovernance(ask: Ask, rebuilt: RebuiltTables): Promise<Governance> {
  return { policies: await readPolicies(ask, rebuilt), tags: await readTags(ask, rebuilt) };
}

/** Asks what Snowflake knows of policies, tags and the columns that they may be set on. */
export function askerOf({ warehouse, signal }: Pick<Tools, 'warehouse' | 'signal'>): Ask {
  return (statement) => warehouse.execute(statement, { signal, timeoutSeconds: TIMEOUT_SECONDS });
}

export function readPolicies(ask: Ask, { pair, plan }: RebuiltTables): Promise<AttachedPolicies> {
  const schemas = switchedPairs(plan, pair).flatMap((each) => [productionSchema(each), upcomingSchema(each)]);
  return readAttachedPolicies(ask, schemas);
}

/** Of tables of production that are rebuilt, and where those have any, of what takes their place. */
export async function readTags(ask: Ask, { plan, tokens }: RebuiltTables): Promise<AttachedTags> {
  const replaced = plan.rebuilt.flatMap(({ isNew, production, upcoming }) =>
    // One name that nothing has would have Snowflake refuse the whole statement.
    isNew || production === undefined || upcoming === undefined || tokens[quoteRelation(production)] === undefined
      ? []
      : [{ production, upcoming }],
  );
  const before = await readAttachedTags(
    ask,
    replaced.map(({ production }) => production),
  );
  const tagged = replaced.filter(({ production }) => before.of(production).length > 0);
  const after = await readAttachedTags(
    ask,
    tagged.map(({ upcoming }) => upcoming),
  );
  const unseen = before.unseen ?? after.unseen;
  if (unseen !== undefined) return { of: () => [], unseen };
  return { of: (relation) => [...before.of(relation), ...after.of(relation)], unseen };
}
