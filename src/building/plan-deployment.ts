import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../dbt/manifest.js';
import { adoptedDeployment } from '../deployment/state.js';
import type { Observed } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import type { History } from '../history/history.js';
import type { CommonInputs, PlanInputs } from '../inputs.js';
import { comparePlan } from '../selection/compare-plan.js';
import { guardProduction, productionNamesInModels } from '../selection/production-guard.js';
import type { GuardInput } from '../selection/production-guard.js';
import { readVariables } from '../selection/project-variables.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import type { Variables } from '../selection/variables.js';
import { displayName } from '../snowflake/identifiers.js';
import type { Project, Tools } from '../tools.js';
import { refuseWrongConditions } from './check-conditions.js';
import { noteExpectations } from './note-expectations.js';
import { readSettings } from './read-settings.js';
import { withCode } from '../running/code.js';
import type { Code } from '../running/code.js';

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
 * @throws ActionableError when the history forbids the deployment, dbt cannot parse, a node would write to production, or
 *   what the project says about its verification is wrong
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
  const { base, head, parent } = await commitsOf(tools, project, inputs, observed);
  await refuseRejected(tools, history, { base, head }, inputs.acceptRejected);
  return withCode(tools, project, head, async (code) => {
    // Two at a time: the live version parses beside the new one, each in a process of its own.
    const [live, production] = await Promise.all([
      readLive(tools, project, pair, base),
      readVersion(tools, code, project, pair.production, 'head-as-production'),
    ]);
    const upcoming = await parse(tools, code, pair.upcoming, 'head-as-upcoming');
    const settings = await readSettings(code, inputs, upcoming);
    const changedFiles = await tools.git.changedFiles(base, head);
    const bare = comparePlan({
      base,
      head,
      live: live.manifest,
      production: production.manifest,
      upcoming,
      variables: { live: live.variables, head: production.variables },
      changedFiles: insideProject(changedFiles, project.projectDir),
      scope: inputs.scope,
      productionSchema: pair.production,
      upcomingSchema: pair.upcoming,
    });
    const plan = noteExpectations(bare, live.manifest, production.manifest);
    const guarded = { production: production.manifest, upcoming, plan, allowed: inputs.allowProductionNames };
    refuseWritesToProduction(guarded);
    productionNamesInModels(guarded).forEach(({ text }) => tools.log.warning(text));
    refuseOtherSchemas(plan, pair);
    await refuseWrongConditions(tools, plan, upcoming, settings);
    return work({ plan, parent, upcoming }, code);
  });
}

async function commitsOf(
  tools: Tools,
  project: Project,
  inputs: PlanInputs,
  observed: Observed,
): Promise<{ readonly base: string; readonly head: string; readonly parent: string }> {
  const head = await tools.git.commitOf(inputs.headRef ?? 'HEAD');
  const tip = await tools.git.tipOf(project.productionBranch);
  const live = observed.production?.comment.marker;
  const base = live?.commit ?? tip;
  if (base === undefined) {
    throw new ActionableError(
      `The production branch "${project.productionBranch}" does not exist, and nothing in the warehouse says which commit is live. ` +
        'Create the branch at the commit that schedules run today, or name it with "production-branch". Nothing was changed.',
    );
  }
  await refuseMissing(tools, base, head, 'the live commit');
  if (tip !== undefined) await refuseMissing(tools, tip, head, `the tip of "${project.productionBranch}"`);
  return { base, head, parent: live?.deployment ?? adoptedDeployment(base) };
}

/** A hotfix on the production branch that head lacks would be reverted silently; a stale re-run would go back in time. */
async function refuseMissing(tools: Tools, ancestor: string, head: string, what: string): Promise<void> {
  if (await tools.git.isAncestor(ancestor, head)) return;
  const missing = await tools.git.commitsBetween(head, ancestor);
  const listed = missing.slice(0, 10).map(({ sha, subject }) => `  ${sha.slice(0, 7)} ${subject}`);
  throw new ActionableError(
    `${what[0]?.toUpperCase() ?? ''}${what.slice(1)} (${ancestor.slice(0, 7)}) is not part of the history of ${head.slice(0, 7)}, so ` +
      `deploying it would take these commits back:\n${listed.join('\n')}\n` +
      'Merge them into the branch that is deployed, then run again. Nothing was changed.',
  );
}

/** A rejected commit that is part of what is live was accepted when that went live: it is no question any more. */
async function refuseRejected(
  tools: Tools,
  history: History,
  { base, head }: { readonly base: string; readonly head: string },
  accepted: boolean,
): Promise<void> {
  const lines = await history.list(200);
  for (const line of lines) {
    const commit = line.COMMIT;
    if (line.REJECTED === undefined || commit === undefined || line.KIND === 'rollback') continue;
    if (!(await tools.git.isAncestor(commit, head)) || (await tools.git.isAncestor(commit, base))) continue;
    const text = `Commit ${commit.slice(0, 7)} (deployment ${line.DEPLOYMENT ?? '?'}) was rolled back: ${line.REJECTED}.`;
    if (accepted) {
      tools.log.info(`${text} Deployed again because "accept-rejected" is true.`);
      return;
    }
    throw new ActionableError(
      `${text} The history of ${head.slice(0, 7)} contains it. When it is mended, run again with "accept-rejected: true". Nothing was changed.`,
    );
  }
}

/** One version of the project as production renders it, with the variables that no manifest holds. */
interface Version {
  readonly manifest: Manifest;
  readonly variables: Variables;
}

async function readLive(tools: Tools, project: Project, pair: SchemaPair, base: string): Promise<Version> {
  try {
    return await withCode(tools, project, base, (code) =>
      readVersion(tools, code, project, pair.production, 'live-as-production'),
    );
  } catch (error) {
    throw new ActionableError(
      `The live commit ${base.slice(0, 7)} cannot be parsed by the installed dbt, so nothing can be compared with it. ` +
        'Use the dbt version that production runs, or deploy the dbt upgrade first. Nothing was changed.',
      { cause: error },
    );
  }
}

async function readVersion(tools: Tools, code: Code, project: Project, schema: string, step: string): Promise<Version> {
  const manifest = await parse(tools, code, schema, step);
  const file = await readFile(join(code.projectDir, 'dbt_project.yml'), 'utf8');
  return { manifest, variables: readVariables(file, project.dbtVars) };
}

function parse(tools: Tools, code: Code, schema: string, step: string): Promise<Manifest> {
  return tools.dbt.parse({ projectDir: code.projectDir, schema, targetPath: join(tools.tempDir, 'dbt', step) });
}

function insideProject(files: readonly string[], projectDir: string): readonly string[] {
  if (projectDir === '.' || projectDir === '') return files;
  const prefix = `${projectDir.replace(/^\.\//, '').replace(/\/$/, '')}/`;
  return files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
}

function refuseWritesToProduction(guarded: GuardInput): void {
  const violations = guardProduction(guarded);
  if (violations.length === 0) return;
  throw new ActionableError(
    `Building this would write to production, so it was not started:\n${violations.map(({ text }) => `  - ${text}`).join('\n')}\n` +
      'Nothing was changed.',
  );
}

/** One pair of schemas is deployed; a node elsewhere would be left behind by the swap. */
function refuseOtherSchemas(plan: Plan, pair: SchemaPair): void {
  const outside = plan.rebuilt.filter(({ production, upcoming }) => {
    if (production === undefined || upcoming === undefined) return false;
    const inPair = production.database === pair.database && production.schema === pair.production;
    return !inPair || upcoming.schema !== pair.upcoming || upcoming.name !== production.name;
  });
  if (outside.length === 0) return;
  const listed = outside.map(
    ({ name, production }) => `${name} (${production === undefined ? 'no relation' : displayName(production)})`,
  );
  throw new ActionableError(
    `These models would be rebuilt outside ${displayName({ database: pair.database, schema: pair.production })}, which this deployment switches: ` +
      `${listed.join(', ')}. Custom schemas, other databases and names that depend on the schema cannot be deployed yet. Nothing was changed.`,
  );
}
