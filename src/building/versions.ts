import { join } from 'node:path';
import type { DbtScope } from '../dbt/dbt.js';
import type { Manifest } from '../dbt/manifest.js';
import { ActionableError } from '../errors.js';
import type { PlanInputs } from '../inputs.js';
import type { DispatchOrder } from '../selection/project-settings.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Variables } from '../selection/variables.js';
import { together } from '../together.js';
import type { Project, Tools } from '../tools.js';
import { withCode } from '../running/code.js';
import type { Code } from '../running/code.js';
import type { Commits } from './commits-to-compare.js';
import { selectedNodes } from './narrowing.js';
import { readProjectFiles } from './project-files.js';

/** One version of the project as production renders it, with the settings that no manifest holds. */
export interface Version {
  readonly manifest: Manifest;
  readonly variables: Variables;
  readonly dispatch: DispatchOrder;
}

/** What a plan is made from, all written by one dbt in one environment. */
export interface Versions {
  /** The live commit as production renders it; undefined when everything is rebuilt. */
  readonly live: Version | undefined;
  /** The merged commit as production renders it. */
  readonly production: Version;
  /** The merged commit, rendered for the upcoming schema. */
  readonly upcoming: Manifest;
  /** Unique ids that `select` and `exclude` leave; undefined: no narrowing was asked for. */
  readonly selected: ReadonlySet<string> | undefined;
}

/** @throws ActionableError when dbt cannot parse a version, or refuses the selection */
export async function readVersions(
  tools: Tools,
  project: Project,
  pair: SchemaPair,
  inputs: Pick<PlanInputs, 'rebuild' | 'select' | 'exclude'>,
  { base }: Commits,
  code: Code,
): Promise<Versions> {
  // All at once, each in a process of its own and from scratch. Handing one parse's state to the next would save no time on two
  // cores, since it has to wait for the state (docs/benchmarks.md), and dbt's partial parsing is known to miss changes:
  // https://docs.getdbt.com/reference/parsing
  const production = readVersion(tools, code, project, pair.production, 'head-as-production');
  const [live, head, upcoming, selected] = await together([
    inputs.rebuild === 'everything' ? undefined : readLive(tools, project, pair, base, code),
    production,
    // The merged code is validated once, as it will be built; the live code was before it came live.
    tools.dbt.parse(scopeOf(tools, code, pair.upcoming, 'head-as-upcoming')),
    production.then(({ manifest }) =>
      selectedNodes(tools, inputs, scopeOf(tools, code, pair.production, 'selection'), manifest),
    ),
  ]);
  return { live, production: head, upcoming, selected };
}

async function readLive(tools: Tools, project: Project, pair: SchemaPair, base: string, head: Code): Promise<Version> {
  try {
    return await withCode(
      tools,
      project,
      base,
      (code) => readVersion(tools, code, project, pair.production, 'live-as-production'),
      head,
    );
  } catch (error) {
    tools.signal.throwIfAborted();
    throw new ActionableError(
      `The live commit ${base.slice(0, 7)} cannot be parsed by the installed dbt, so nothing can be compared with it. Nothing was changed. ` +
        'Use the dbt version that production runs, or deploy the dbt upgrade first; or run with "rebuild: everything", which compares ' +
        'nothing and rebuilds all that dbt can rebuild.',
      { cause: error },
    );
  }
}

async function readVersion(tools: Tools, code: Code, project: Project, schema: string, step: string): Promise<Version> {
  const manifest = await tools.dbt.parseChecked(scopeOf(tools, code, schema, step));
  const { variables, dispatch } = await readProjectFiles(code, project.dbtVars, manifest);
  return { manifest, variables, dispatch };
}

function scopeOf(tools: Pick<Tools, 'tempDir'>, code: Code, schema: string, step: string): DbtScope {
  return { projectDir: code.projectDir, schema, targetPath: join(tools.tempDir, 'dbt', step) };
}
