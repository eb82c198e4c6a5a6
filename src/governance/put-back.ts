import type { Manifest } from '../dbt/manifest.js';
import { messageOf } from '../errors.js';
import type { Plan } from '../selection/plan.js';
import { displayName, sameSchema } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import { addRowAccessPolicy, setMaskingPolicy } from '../snowflake/statements/policies.js';
import { setColumnTag, setTag } from '../snowflake/statements/tags.js';
import { SnowflakeError } from '../snowflake/warehouse.js';
import type { Statement } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';
import { createCatalog } from '../verification/catalog.js';
import type { AttachedPolicies, AttachedPolicy } from '../verification/governance/attached-policies.js';
import type { AttachedTag, AttachedTags } from '../verification/governance/attached-tags.js';
import { isExpectedLoss } from '../verification/governance/judge-policies.js';
import { lostPolicies } from '../verification/governance/policy-changes.js';
import { described, lostTags } from '../verification/governance/tag-changes.js';
import { withExpectations } from '../verification/settings/expectations.js';
import type { SettingsLayers } from '../verification/settings/settings-layers.js';

/** A rebuilt table and the one of production that it takes the place of. */
export interface Replaced {
  readonly uniqueId: string;
  readonly production: RelationName;
  readonly upcoming: RelationName;
}

/** What is set on production's tables and on blue's. */
export interface Governance {
  readonly policies: AttachedPolicies;
  readonly tags: AttachedTags;
}

/** A policy or tag that a rebuilt table lost. */
interface Lost {
  /** For people. */
  readonly what: string;
  /** The policy's or tag's own name. */
  readonly name: RelationName;
  /** Sets it again; undefined where it cannot be told how. */
  readonly statement: Statement | undefined;
}

/**
 * Sets on rebuilt tables of blue the masking and row access policies and the tags that production's have and that a full refresh
 * lost: a table that dbt makes anew has only what the model sets. Before tests and verification, so that these see blue as readers
 * will.
 *
 * Left as they are, to be judged: what the change expects to go, models whose `lost_policies` is not `repair`, views (dbt makes
 * them anew after the swap), conditional masks, tags of several values, and whatever Snowflake refuses.
 * @returns of what anything was tried, so that what was read of it may be out of date
 */
export async function putBackPolicies(
  tools: Pick<Tools, 'warehouse' | 'log' | 'signal'>,
  { plan, manifest }: { readonly plan: Plan; readonly manifest: Manifest },
  settings: SettingsLayers,
  { policies, tags }: Governance,
): Promise<Readonly<Record<keyof Governance, boolean>>> {
  const tried = { policies: false, tags: false };
  const catalog = createCatalog((statement) => tools.warehouse.execute(statement, { signal: tools.signal }));
  for (const replaced of replacedTables(plan)) {
    const { production, upcoming } = replaced;
    // Hardly any table has a policy or a tag: only of those the columns are asked for.
    if (policies.of(production).length === 0 && tags.of(production).length === 0) continue;
    const node = manifest.nodes.get(replaced.uniqueId);
    const columns = await catalog.columns(upcoming);
    if (node === undefined || columns === undefined) continue;
    const wanted = withExpectations(settings.of(node), plan.expectations?.[replaced.uniqueId] ?? []);
    if (wanted.lostPolicies !== 'repair') continue;
    const names = columns.map(({ name }) => name);
    const lost = {
      policies: lostPolicies(
        { name: production, policies: policies.of(production) },
        { name: upcoming, policies: policies.of(upcoming) },
        names,
      ).map((each) => lostPolicy(upcoming, each)),
      tags: lostTags(
        { name: production, tags: tags.of(production) },
        { name: upcoming, tags: tags.of(upcoming) },
        names,
      ).map((each) => lostTag(upcoming, each)),
    };
    for (const kind of ['policies', 'tags'] as const) {
      for (const each of lost[kind]) {
        if (!isExpectedLoss(each.name, wanted)) tried[kind] = (await putBack(tools, replaced, each)) || tried[kind];
      }
    }
  }
  return tried;
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
  { what, name, statement }: Lost,
): Promise<boolean> {
  if (statement === undefined || sameSchema(name, production)) {
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

function lostTag(table: RelationName, attached: AttachedTag): Lost {
  const { column, tag, values } = attached;
  const [value, ...more] = values;
  const what = `tag ${described(attached)}${column === undefined ? '' : ` of ${column}`}`;
  // SET TAG sets one value, and takes the others of a tag that has several:
  // https://docs.snowflake.com/en/user-guide/object-tagging/multi-value-tags
  if (value === undefined || more.length > 0) return { what, name: tag, statement: undefined };
  const statement = column === undefined ? setTag(table, tag, value) : setColumnTag(table, column, tag, value);
  return { what, name: tag, statement };
}

function lostPolicy(table: RelationName, attached: AttachedPolicy): Lost {
  const { kind, policy } = attached;
  return { what: `${kind} ${displayName(policy)}`, name: policy, statement: statementFor(table, attached) };
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
