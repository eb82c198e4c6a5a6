import type { DeploymentRecord } from '../deployment/record.js';
import { ActionableError } from '../errors.js';
import { compareRebuilt } from '../governance/compare-rebuilt.js';
import type { GovernedRelation, Lost } from '../governance/compare-rebuilt.js';
import { putBack } from '../governance/put-back.js';
import { askerOf, readGovernance, readTagsOfProduction } from '../governance/read-governance.js';
import type { Governance } from '../governance/read-governance.js';
import { upcomingTokens } from '../observing/pair-tokens.js';
import type { Plan } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { createCatalog } from '../verification/catalog.js';
import { POLICIES_UNTOLD } from '../verification/governance/attached-policies.js';
import { TAGS_UNTOLD } from '../verification/governance/attached-tags.js';
import type { AttachedTags } from '../verification/governance/attached-tags.js';
import { changeInWords } from '../verification/governance/judge-policies.js';
import type { PolicyChange } from '../verification/verdict.js';
import { findPoliciesToCarry } from './carried-policies.js';
import type { PoliciesToCarry } from './carried-policies.js';
import type { SwitchJob } from './job.js';

/**
 * Production's tags, before anything is caught up with: that takes long where many tables are rebuilt, and from the catch-up on
 * production must hold still.
 */
export function tagsOfProduction(job: SwitchJob): Promise<AttachedTags> {
  return readTagsOfProduction(askerOf(job.tools), switchedPart(job), job.record.tokensAtClone);
}

/**
 * Looks once more at the policies and tags of what goes live, and puts back what is lost: the catch-up has dbt make tables anew, and
 * an administrator may have set something on production since. What the verdict knows was judged there.
 * @param tags of production's tables
 * @throws ActionableError where something cannot be put back, or Snowflake does not tell what is set; nothing was switched in
 */
export async function keepGovernance(job: SwitchJob, tags: AttachedTags): Promise<void> {
  const { tools, record, pair } = job;
  const ask = askerOf(tools);
  const catalog = createCatalog(ask);
  const plan = switchedPart(job);
  const compare = async (governance: Governance): Promise<readonly GovernedRelation[]> =>
    (await compareRebuilt(catalog, plan, governance)).map((each) => besidesKnown(record, each));

  const found = await readGovernance(ask, plan, pair, tags);
  const differing = await compare(found);
  const lost = differing.flatMap((relation) => relation.lost);
  const carried = await findPoliciesToCarry(job, found.policies);
  if (lost.length + carried.tables.size === 0) {
    judge(job, [...untold(record, found), ...inWords(differing), ...carried.views]);
    return;
  }
  await mend(job, lost, carried);
  const now = await readGovernance(ask, plan, pair, tags);
  const left = await compare(now);
  remarkMended(job, lost, left, carried);
  judge(job, [...untold(record, now), ...inWords(left), ...carried.views]);
}

/** A switch that stopped half-way is finished pair by pair: of the others nothing goes live. */
function switchedPart({ record, switched }: SwitchJob): Plan {
  const isSwitched = ({ production }: Plan['rebuilt'][number]): boolean =>
    switched.some((pair) => pair.database === production?.database && pair.production === production.schema);
  return { ...record.plan, rebuilt: record.plan.rebuilt.filter(isSwitched) };
}

/** Without what the verification saw and let pass, and without what blue hides and production does not. */
function besidesKnown({ verdict }: DeploymentRecord, relation: GovernedRelation): GovernedRelation {
  const { policies: known = [] } = verdict?.models.find(({ uniqueId }) => uniqueId === relation.uniqueId) ?? {};
  // What has come in a policy's place may be nothing, or one that hangs on a tag: it was the same that was lost.
  const isKnownLoss = (change: PolicyChange): boolean =>
    known.some(
      ({ kind, column, before }) => kind === change.kind && column === change.column && before === change.before,
    );
  const isKnown = (change: PolicyChange): boolean =>
    known.some((each) => changeInWords(each) === changeInWords(change));
  return {
    ...relation,
    changes: relation.changes.filter((change) => change.before !== '' && !isKnown(change)),
    lost: relation.lost.filter(({ change }) => !isKnownLoss(change)),
  };
}

/** As in a catch-up: until blue's tokens are on record again, the next run does not take its tables for those that were verified. */
async function mend(
  { tools, record, history, switched }: SwitchJob,
  lost: readonly Lost[],
  carried: PoliciesToCarry,
): Promise<void> {
  await history.update(record.deployment, { TOKENS_OF_UPCOMING: null });
  for (const [table, statement] of carried.tables) {
    await tools.warehouse.execute(statement);
    tools.log.info(`${table} was cloned again: policies were set on production's since it was cloned.`);
  }
  await putBack(tools, lost);
  const tokens = await upcomingTokens(tools.warehouse, switched);
  await history.update(record.deployment, { TOKENS_OF_UPCOMING: JSON.stringify(tokens) });
}

function remarkMended(
  { remarks }: SwitchJob,
  lost: readonly Lost[],
  left: readonly GovernedRelation[],
  carried: PoliciesToCarry,
): void {
  const lacking = new Set(left.map(({ uniqueId }) => uniqueId));
  const mended = lost.filter(({ uniqueId }) => !lacking.has(uniqueId)).map(({ table }) => displayName(table));
  const tables = [...new Set([...carried.tables.keys(), ...mended])];
  if (tables.length === 0) return;
  remarks.add(
    `Before the swap policies or tags that production has were set again on ${tables.join(', ')}; the log names each.`,
  );
}

/** What Snowflake told when it was verified, and does not tell now. */
function untold({ verdict }: DeploymentRecord, { policies, tags }: Governance): readonly string[] {
  const before = verdict?.uncompared ?? [];
  return [
    { begin: POLICIES_UNTOLD, unseen: policies.unseen },
    { begin: TAGS_UNTOLD, unseen: tags.unseen },
  ].flatMap(({ begin, unseen }) =>
    unseen?.startsWith(begin) === true && !before.some((text) => text.startsWith(begin))
      ? [`Nothing is known of ${unseen}`]
      : [],
  );
}

function inWords(relations: readonly GovernedRelation[]): readonly string[] {
  return relations.flatMap(({ upcoming, changes }) =>
    changes.map((change) => `${displayName(upcoming)} ${changeInWords(change)}`),
  );
}

function judge({ tools, verification, remarks }: SwitchJob, texts: readonly string[]): void {
  if (texts.length === 0) return;
  if (verification === 'report') {
    for (const text of texts) {
      const remark = `Verification only reports, so this does not stop the swap: ${text}.`;
      tools.log.warning(remark);
      remarks.add(remark);
    }
    return;
  }
  throw new ActionableError(
    `Policies or tags that production has are not, or may not be, on what would take its place, and the verification does not know of it:\n` +
      `${texts.map((text) => `  ${text}`).join('\n')}\n` +
      'Nothing was switched in. What lacks one: give this role what it needs to set it (the log has the reason that Snowflake gave), or set it ' +
      'there yourself. What has another one: it was changed in production since, so set the same there. Then swap again. Mode "verify" ' +
      'judges all of it by the settings of the project.',
  );
}
