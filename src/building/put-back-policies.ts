import type { Manifest } from '../dbt/manifest.js';
import { messageOf } from '../errors.js';
import type { Plan } from '../selection/plan.js';
import { displayName, sameSchema } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import { addRowAccessPolicy, setMaskingPolicy } from '../snowflake/statements/policies.js';
import { SnowflakeError } from '../snowflake/warehouse.js';
import type { Statement } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';
import { createCatalog } from '../verification/catalog.js';
import type { AttachedPolicies, AttachedPolicy } from '../verification/governance/attached-policies.js';
import { isExpectedLoss } from '../verification/governance/judge-policies.js';
import { lostPolicies } from '../verification/governance/policy-changes.js';
import { withExpectations } from '../verification/settings/expectations.js';
import type { SettingsLayers } from '../verification/settings/settings-layers.js';

/** A rebuilt table and the one of production that it takes the place of. */
interface Replaced {
  readonly uniqueId: string;
  readonly production: RelationName;
  readonly upcoming: RelationName;
}

/**
 * Sets on rebuilt tables of blue the masking and row access policies that production's have and that a full refresh lost: a table
 * that dbt makes anew has only what the model sets. Before tests and verification, so that these see blue as readers will.
 *
 * Left as they are, to be judged: what the change expects to go, models whose `lost_policies` is not `repair`, views (dbt makes
 * them anew after the swap), conditional masks, and whatever Snowflake refuses.
 * @returns whether anything was tried, so that `policies` may be out of date
 */
export async function putBackPolicies(
  tools: Pick<Tools, 'warehouse' | 'log' | 'signal'>,
  { plan, manifest }: { readonly plan: Plan; readonly manifest: Manifest },
  settings: SettingsLayers,
  policies: AttachedPolicies,
): Promise<boolean> {
  let isTried = false;
  const catalog = createCatalog((statement) => tools.warehouse.execute(statement, { signal: tools.signal }));
  for (const replaced of replacedTables(plan)) {
    const before = policies.of(replaced.production);
    const after = policies.of(replaced.upcoming);
    // Hardly any table has a policy: only of those the columns are asked for.
    if (before.length === 0) continue;
    const node = manifest.nodes.get(replaced.uniqueId);
    const columns = await catalog.columns(replaced.upcoming);
    if (node === undefined || columns === undefined) continue;
    const wanted = withExpectations(settings.of(node), plan.expectations?.[replaced.uniqueId] ?? []);
    if (wanted.lostPolicies !== 'repair') continue;
    const names = columns.map(({ name }) => name);
    const lost = lostPolicies(
      { name: replaced.production, policies: before },
      { name: replaced.upcoming, policies: after },
      names,
    );
    for (const policy of lost) {
      if (isExpectedLoss(policy, wanted)) continue;
      isTried = (await putBack(tools, replaced, policy)) || isTried;
    }
  }
  return isTried;
}

function replacedTables({ rebuilt }: Plan): readonly Replaced[] {
  return rebuilt.flatMap(({ uniqueId, isNew, materialized, production, upcoming }) =>
    isNew || materialized === 'view' || production === undefined || upcoming === undefined
      ? []
      : [{ uniqueId, production, upcoming }],
  );
}

async function putBack(
  { warehouse, log }: Pick<Tools, 'warehouse' | 'log'>,
  { production, upcoming }: Replaced,
  attached: AttachedPolicy,
): Promise<boolean> {
  const what = `${attached.kind} ${displayName(attached.policy)}`;
  const statement = sameSchema(attached.policy, production) ? undefined : statementFor(upcoming, attached);
  if (statement === undefined) {
    log.info(`${displayName(upcoming)} lost ${what}, which cannot be put back by itself.`);
    return false;
  }
  try {
    await warehouse.execute(statement);
    log.info(`${displayName(upcoming)} has ${what} again, as production has it.`);
  } catch (error) {
    if (!(error instanceof SnowflakeError)) throw error;
    log.warning(`${displayName(upcoming)} lost ${what}, and it could not be put back: ${messageOf(error)}`);
  }
  return true;
}

/** Undefined where it cannot be told which columns the policy is given. */
function statementFor(
  table: RelationName,
  { kind, column, policy, givenColumns }: AttachedPolicy,
): Statement | undefined {
  const given = columnsIn(givenColumns);
  if (given === undefined) return undefined;
  if (kind === 'row access policy') return given.length === 0 ? undefined : addRowAccessPolicy(table, policy, given);
  return column === undefined || given.length > 0 ? undefined : setMaskingPolicy(table, column, policy);
}

/** `[ "REGION" ]`, as POLICY_REFERENCES writes them, and nothing for a mask that is given its own column alone. */
function columnsIn(written: string): readonly string[] | undefined {
  if (written === '') return [];
  try {
    const parsed: unknown = JSON.parse(written);
    return Array.isArray(parsed) && parsed.every((each) => typeof each === 'string') ? parsed : undefined;
  } catch {
    return undefined;
  }
}
