import type { Manifest } from '../dbt/manifest.js';
import type { Observed } from '../deployment/state.js';
import { productionSchema } from '../deployment/schema-names.js';
import type { History } from '../history/history.js';
import type { CommonInputs, PlanInputs } from '../inputs.js';
import { takeInventory } from '../observing/inventory.js';
import { comparePlan, planEverything } from '../selection/compare-plan.js';
import type { EverythingAsked } from '../selection/comparison.js';
import { productionNamesInModels } from '../selection/production-guard.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import type { Project, Tools } from '../tools.js';
import { withCode } from '../running/code.js';
import type { Code } from '../running/code.js';
import { refuseWrongConditions } from './check-conditions.js';
import { commitsToCompare } from './commits-to-compare.js';
import type { Commits } from './commits-to-compare.js';
import { noteExpectations } from './note-expectations.js';
import { judgeProtected, refuseOtherSchemas, refuseWritesToProduction } from './plan-refusals.js';
import { refuseStreams } from './refuse-streams.js';
import { readSettings } from './read-settings.js';
import { readVersions } from './versions.js';
import type { Versions } from './versions.js';

/** What a deployment would do, and what it was worked out from. */
export interface PlanMade {
  readonly plan: Plan;
  /** The deployment that is live now, or the id by which an unmarked production is adopted. */
  readonly parent: string;
  /** The merged commit's manifest, rendered for the upcoming schema. */
  readonly upcoming: Manifest;
}

/**
 * Works out the plan: base and head are checked against the branches, both are parsed by the same dbt, and the comparison and
 * the guard of production run before anything is written. `work` gets the head's code while its worktree stands.
 *
 * @throws ActionableError when the history forbids the deployment, dbt cannot parse, a node would write to production, a protected
 *   node changed and the policy is to fail, or what the project says about its verification is wrong
 */
export async function withPlan<T>(
  tools: Tools,
  project: Project,
  pair: SchemaPair,
  inputs: PlanInputs & Pick<CommonInputs, 'project' | 'verification'>,
  observed: Observed,
  history: History,
  work: (made: PlanMade, code: Code) => Promise<T>,
): Promise<T> {
  const commits = await commitsToCompare(tools, project, inputs, observed, history);
  return withCode(tools, project, commits.head, async (code) => {
    const versions = await readVersions(tools, project, pair, inputs, commits, code);
    const { live, production, upcoming } = versions;
    const settings = await readSettings(code, inputs, upcoming);
    const bare = await planOf(tools, project, pair, inputs, commits, versions);
    // What a change says it does cannot be told apart from what was said before without the live version.
    const plan = live === undefined ? bare : noteExpectations(bare, live.manifest, production.manifest);
    const guarded = { production: production.manifest, upcoming, plan, allowed: inputs.allowProductionNames };
    refuseWritesToProduction(guarded);
    productionNamesInModels(guarded).forEach(({ text }) => tools.log.warning(text));
    refuseOtherSchemas(plan, pair);
    await refuseStreams(tools, production.manifest, plan);
    judgeProtected(plan, inputs.onProtected, tools.log);
    await refuseWrongConditions(tools, plan, upcoming, settings);
    return work({ plan, parent: commits.parent, upcoming }, code);
  });
}

async function planOf(
  tools: Tools,
  project: Project,
  pair: SchemaPair,
  inputs: PlanInputs,
  { base, head }: Commits,
  { live, production, upcoming, selected }: Versions,
): Promise<Plan> {
  const common: Omit<EverythingAsked, 'standing'> = {
    base,
    head,
    production: production.manifest,
    upcoming,
    productionSchema: pair.production,
    upcomingSchema: pair.upcoming,
    ...(selected === undefined ? {} : { selected }),
  };
  if (live === undefined) {
    const schema = productionSchema(pair);
    const { tables, views } = await takeInventory(tools.warehouse, schema);
    return planEverything({ ...common, standing: { schema, names: new Set([...tables.keys(), ...views.keys()]) } });
  }
  return comparePlan({
    ...common,
    live: live.manifest,
    variables: { live: live.variables, head: production.variables },
    dispatch: { live: live.dispatch, head: production.dispatch },
    changedFiles: insideProject(await tools.git.changedFiles(base, head), project.projectDir),
    scope: inputs.scope,
  });
}

function insideProject(files: readonly string[], projectDir: string): readonly string[] {
  if (projectDir === '.' || projectDir === '') return files;
  const prefix = `${projectDir.replace(/^\.\//, '').replace(/\/$/, '')}/`;
  return files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
}
