import type { Manifest } from '../dbt/manifest.js';
import type { Tokens } from '../deployment/record.js';
import { compareRebuilt } from '../governance/compare-rebuilt.js';
import type { Lost } from '../governance/compare-rebuilt.js';
import { putBack } from '../governance/put-back.js';
import { askerOf, readGovernance, readTagsOfProduction } from '../governance/read-governance.js';
import type { Governance } from '../governance/read-governance.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { createCatalog } from '../verification/catalog.js';
import { NO_POLICIES } from '../verification/governance/attached-policies.js';
import { NO_TAGS } from '../verification/governance/attached-tags.js';
import { isExpectedLoss } from '../verification/governance/judge-policies.js';
import { withExpectations } from '../verification/settings/expectations.js';
import type { SettingsLayers } from '../verification/settings/settings-layers.js';

interface Rebuilt {
  readonly pair: SchemaPair;
  readonly plan: Plan;
  readonly manifest: Manifest;
  readonly tokensAtClone: Tokens;
}

/**
 * What is set where, after the policies and tags that the full refresh lost were put back: before tests and verification, so that
 * these see blue as readers will. What the change expects to go stays lost, and so does what models lose whose `lost_policies` is not
 * `repair`. Asked only where there is something that they could be lost on: not by a deployment of new models alone.
 */
export async function repairGovernance(
  tools: Pick<Tools, 'warehouse' | 'log' | 'signal'>,
  rebuilt: Rebuilt,
  settings: SettingsLayers,
): Promise<Governance> {
  const { pair, plan, tokensAtClone } = rebuilt;
  if (plan.rebuilt.every(({ isNew }) => isNew)) return { policies: NO_POLICIES, tags: NO_TAGS };
  const ask = askerOf(tools);
  const tags = await readTagsOfProduction(ask, plan, tokensAtClone);
  const found = await readGovernance(ask, plan, pair, tags);
  const lost = (await compareRebuilt(createCatalog(ask), plan, found)).flatMap((relation) => relation.lost);
  const isTried = await putBack(
    tools,
    lost.filter((each) => isToComeBack(each, rebuilt, settings)),
  );
  return isTried ? readGovernance(ask, plan, pair, tags) : found;
}

/** Whether a loss is one that the project wants to be undone. */
export function isToComeBack(
  { uniqueId, name }: Lost,
  { plan, manifest }: Pick<Rebuilt, 'plan' | 'manifest'>,
  settings: SettingsLayers,
): boolean {
  const node = manifest.nodes.get(uniqueId);
  if (node === undefined) return false;
  const wanted = withExpectations(settings.of(node), plan.expectations?.[uniqueId] ?? []);
  return wanted.lostPolicies === 'repair' && !isExpectedLoss(name, wanted);
}
