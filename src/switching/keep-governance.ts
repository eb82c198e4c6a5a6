import type { Tokens } from '../deployment/record.js';
import { ActionableError } from '../errors.js';
import { compareTables, replacesTables } from '../governance/compare-tables.js';
import type { GovernedTable, Lost } from '../governance/compare-tables.js';
import { putBack } from '../governance/put-back.js';
import { askerOf, readGovernance } from '../governance/read-governance.js';
import type { Governance, RebuiltTables } from '../governance/read-governance.js';
import { upcomingTokens } from '../observing/pair-tokens.js';
import { displayName } from '../snowflake/identifiers.js';
import { createCatalog } from '../verification/catalog.js';
import { changeInWords } from '../verification/governance/judge-policies.js';
import type { PolicyChange } from '../verification/verdict.js';
import type { SwitchJob } from './job.js';

/**
 * Looks once more at the policies and tags of what goes live, and puts back what is lost: the catch-up has dbt make tables anew, and
 * an administrator may have set something on production since the verification. What the verdict knows was judged there.
 * @param tokens of production's tables as they are
 * @throws ActionableError where something cannot be put back; production was not touched
 */
export async function keepGovernance(job: SwitchJob, tokens: Tokens): Promise<void> {
  const { tools, pair, record } = job;
  if (!replacesTables(record.plan)) return;
  const ask = askerOf(tools);
  const catalog = createCatalog(ask);
  const rebuilt = { pair, plan: record.plan, tokens };
  const unknown = (changes: readonly GovernedTable[]): readonly GovernedTable[] =>
    changes.map((each) => besides(job, each));
  const found = await readGovernance(ask, rebuilt);
  for (const unseen of [found.policies.unseen, found.tags.unseen])
    if (unseen !== undefined) tools.log.info(`Not compared before the swap: ${unseen}`);
  const lost = unknown(await compareTables(catalog, record.plan, found)).flatMap((table) => table.lost);
  const now = lost.length === 0 ? found : await mend(job, rebuilt, found, lost);
  judge(job, unknown(await compareTables(catalog, record.plan, now)));
}

/** Without what the verification saw and let pass, and without what blue hides and production does not. */
function besides({ record }: SwitchJob, table: GovernedTable): GovernedTable {
  const { policies: known = [] } = record.verdict?.models.find(({ uniqueId }) => uniqueId === table.uniqueId) ?? {};
  const isNews = (change: PolicyChange): boolean =>
    change.before !== '' && !known.some((each) => changeInWords(each) === changeInWords(change));
  return {
    ...table,
    changes: table.changes.filter(isNews),
    lost: table.lost.filter(({ change }) => isNews(change)),
  };
}

/** As in a catch-up: until blue's tokens are on record again, the next run does not take its tables for those that were verified. */
async function mend(
  { tools, record, history, switched }: SwitchJob,
  rebuilt: RebuiltTables,
  found: Governance,
  lost: readonly Lost[],
): Promise<Governance> {
  await history.update(record.deployment, { TOKENS_OF_UPCOMING: null });
  const now = await putBack(tools, rebuilt, found, lost);
  const tokens = await upcomingTokens(tools.warehouse, switched);
  await history.update(record.deployment, { TOKENS_OF_UPCOMING: JSON.stringify(tokens) });
  return now;
}

function judge({ tools, verification }: SwitchJob, tables: readonly GovernedTable[]): void {
  const texts = tables.flatMap(({ upcoming, changes }) =>
    changes.map((change) => `${displayName(upcoming)}: ${changeInWords(change)}`),
  );
  if (texts.length === 0) return;
  if (verification === 'report') {
    for (const text of texts)
      tools.log.warning(`Verification only reports, so this does not stop the swap: production's is not on ${text}`);
    return;
  }
  throw new ActionableError(
    `Policies or tags of production's tables are not on what would replace them, and were not so when it was verified:\n` +
      `${texts.map((text) => `  ${text}`).join('\n')}\n` +
      'Production was not touched. Give this role what it needs to set them (the log has the reason), or set them by a post_hook of the ' +
      'model; then swap again. Mode "verify" judges them by the settings of the project.',
  );
}
