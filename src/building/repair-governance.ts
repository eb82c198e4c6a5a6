import type { Tokens } from '../deployment/record.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { switchedPairs } from '../deployment/side-pairs.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import { quoteRelation } from '../snowflake/identifiers.js';
import type { Manifest } from '../dbt/manifest.js';
import type { Tools } from '../tools.js';
import type { Ask } from '../verification/compare.js';
import { NO_POLICIES, readAttachedPolicies } from '../verification/governance/attached-policies.js';
import type { AttachedPolicies } from '../verification/governance/attached-policies.js';
import { NO_TAGS, readAttachedTags } from '../verification/governance/attached-tags.js';
import type { AttachedTags } from '../verification/governance/attached-tags.js';
import type { SettingsLayers } from '../verification/settings/settings-layers.js';
import { putBackPolicies } from './put-back-policies.js';
import type { Governance } from './put-back-policies.js';

/** Policies and tags are compared besides everything else: they must not hold it up for long. */
const TIMEOUT_SECONDS = 300;

interface Rebuilt {
  readonly pair: SchemaPair;
  readonly plan: Plan;
  readonly manifest: Manifest;
  readonly tokensAtClone: Tokens;
}

/**
 * What is set where, after lost policies and tags were put back. Asked only where there is something that they could be lost on:
 * not by a deployment of new models alone.
 */
export async function repairGovernance(tools: Tools, rebuilt: Rebuilt, settings: SettingsLayers): Promise<Governance> {
  if (rebuilt.plan.rebuilt.every(({ isNew }) => isNew)) return { policies: NO_POLICIES, tags: NO_TAGS };
  const ask: Ask = (statement) =>
    tools.warehouse.execute(statement, { signal: tools.signal, timeoutSeconds: TIMEOUT_SECONDS });
  const policies = await policiesOf(ask, rebuilt);
  const tags = await tagsOf(ask, rebuilt);
  const tried = await putBackPolicies(tools, rebuilt, settings, { policies, tags });
  return {
    // A policy that hangs on a tag comes back with it.
    policies: tried.policies || tried.tags ? await policiesOf(ask, rebuilt) : policies,
    tags: tried.tags ? await tagsOf(ask, rebuilt) : tags,
  };
}

function policiesOf(ask: Ask, { pair, plan }: Rebuilt): Promise<AttachedPolicies> {
  const schemas = switchedPairs(plan, pair).flatMap((each) => [productionSchema(each), upcomingSchema(each)]);
  return readAttachedPolicies(ask, schemas);
}

/** Of tables of production that are rebuilt, and where those have any, of what takes their place. */
async function tagsOf(ask: Ask, { plan, tokensAtClone }: Rebuilt): Promise<AttachedTags> {
  const replaced = plan.rebuilt.flatMap(({ isNew, production, upcoming }) =>
    // One name that nothing has would have Snowflake refuse the whole statement.
    isNew ||
    production === undefined ||
    upcoming === undefined ||
    tokensAtClone[quoteRelation(production)] === undefined
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
