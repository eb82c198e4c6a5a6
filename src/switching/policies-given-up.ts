import { productionSchema } from '../deployment/schema-names.js';
import { messageOf } from '../errors.js';
import { policyStatement } from '../governance/compare-rebuilt.js';
import { askerOf } from '../governance/read-governance.js';
import { takeInventory } from '../observing/inventory.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import { createCatalog } from '../verification/catalog.js';
import type { Catalog } from '../verification/catalog.js';
import { readAttachedPolicies } from '../verification/governance/attached-policies.js';
import type { AttachedPolicies, AttachedPolicy } from '../verification/governance/attached-policies.js';
import { lostPolicies } from '../verification/governance/policy-changes.js';
import type { FormerProduction } from './late-writers.js';

/**
 * Masking and row access policies that the version given up has and that what is live again lacks: its code set them, or an
 * administrator did since the swap. They are told and not set, since rows that a filter of the new code hides are rows that
 * readers of the old one miss.
 * @returns a sentence for each, with what sets it again; never throws, since the rollback is done
 */
export async function tellPoliciesGivenUp(
  tools: Pick<Tools, 'warehouse' | 'log' | 'signal'>,
  givenUp: readonly FormerProduction[],
): Promise<readonly string[]> {
  try {
    const ask = askerOf(tools);
    const catalog = createCatalog(ask);
    const schemas = givenUp.flatMap(({ pair, former }) => [productionSchema(pair), former.name]);
    const policies = await readAttachedPolicies(ask, schemas);
    const told: string[] = [];
    for (const each of givenUp) told.push(...(await missingIn(tools, catalog, policies, each)));
    return told;
  } catch (error) {
    tools.log.warning(`Policies set since the swap could not be looked for: ${messageOf(error)}`);
    return [];
  }
}

async function missingIn(
  { warehouse }: Pick<Tools, 'warehouse'>,
  catalog: Pick<Catalog, 'columns'>,
  policies: AttachedPolicies,
  { pair, former }: FormerProduction,
): Promise<readonly string[]> {
  const production = productionSchema(pair);
  const { tables, views } = await takeInventory(warehouse, production);
  const told: string[] = [];
  for (const name of [...tables.keys(), ...views.keys()]) {
    const [before, live] = [
      { ...former.name, name },
      { ...production, name },
    ];
    if (policies.of(before).length === 0) continue;
    const columns = (await catalog.columns(live)) ?? [];
    const lost = lostPolicies(
      { name: before, policies: policies.of(before) },
      { name: live, policies: policies.of(live) },
      columns.map((column) => column.name),
    );
    told.push(...lost.map((each) => sentence(live, each, tables.has(name))));
  }
  return told;
}

function sentence(live: RelationName, attached: AttachedPolicy, isTable: boolean): string {
  const { kind, column, policy } = attached;
  const statement = isTable ? policyStatement(live, attached) : undefined;
  return (
    `${displayName(live)} lacks ${kind} ${displayName(policy)}${column === undefined ? '' : ` of ${column}`}, which the version given up has. ` +
    `Unless it was that version's own, set it again${statement === undefined ? '.' : `: ${statement.sql};`}`
  );
}
