import { rebuiltNames } from '../deployment/rebuilt.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { takeInventory } from '../observing/inventory.js';
import { displayName } from '../snowflake/identifiers.js';
import { replaceTableByClone } from '../snowflake/statements/objects.js';
import type { Statement } from '../snowflake/warehouse.js';
import type { AttachedPolicies } from '../verification/governance/attached-policies.js';
import { changeInWords } from '../verification/governance/judge-policies.js';
import { policyChanges } from '../verification/governance/policy-changes.js';
import type { SwitchJob } from './job.js';

/** What is carried, and has not the policies that production's has: these were set since blue was cloned, which moves no change token. */
export interface PoliciesToCarry {
  /** Tables, by full name for people, with the statement that takes the whole table over again. */
  readonly tables: ReadonlyMap<string, Statement>;
  /** Views, which cannot be cloned by themselves: one sentence for each difference. */
  readonly views: readonly string[];
}

/**
 * Finds what the deployment does not rebuild and somebody has set a policy on since the clone, or another one. One that was taken
 * off stays in blue: a role that may not see all policies cannot tell it from one that it does not see in production.
 * @param policies of production and of blue, in all pairs that are switched
 */
export async function findPoliciesToCarry(
  { tools, switched, record }: Pick<SwitchJob, 'tools' | 'switched' | 'record'>,
  policies: AttachedPolicies,
): Promise<PoliciesToCarry> {
  const clones = new Map<string, Statement>();
  const ofViews: string[] = [];
  for (const pair of switched) {
    const [production, upcoming] = [productionSchema(pair), upcomingSchema(pair)];
    const { tables, views } = await takeInventory(tools.warehouse, production);
    const rebuilt = rebuiltNames(record.plan, pair);
    for (const name of [...tables.keys(), ...views.keys()].filter((each) => !rebuilt.has(each))) {
      const [source, target] = [
        { ...production, name },
        { ...upcoming, name },
      ];
      const before = policies.of(source);
      if (before.length === 0) continue;
      const changes = policyChanges(
        { name: source, policies: before },
        { name: target, policies: policies.of(target) },
        before.flatMap(({ column }) => column ?? []),
      ).filter((change) => change.before !== '');
      const table = tables.get(name);
      if (changes.length > 0 && table !== undefined)
        clones.set(displayName(target), replaceTableByClone(target, source, table.transient));
      else ofViews.push(...changes.map((change) => `${displayName(target)} ${changeInWords(change)}`));
    }
  }
  return { tables: clones, views: ofViews };
}
