import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DbtScope } from '../dbt/dbt.js';
import type { Manifest } from '../dbt/manifest.js';
import { ActionableError } from '../errors.js';
import type { PlanInputs } from '../inputs.js';
import { readVariables } from '../selection/project-variables.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Variables } from '../selection/variables.js';
import type { Project, Tools } from '../tools.js';
import { withCode } from '../running/code.js';
import type { Code } from '../running/code.js';
import type { Commits } from './commits-to-compare.js';
import { selectedNodes } from './narrowing.js';

/** One version of the project as production renders it, with the variables that no manifest holds. */
export interface Version {
  readonly manifest: Manifest;
  readonly variables: Variables;
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
  // Two at a time: the live version parses beside the new one, each in a process of its own.
  const [live, production] = await Promise.all([
    inputs.rebuild === 'everything' ? undefined : readLive(tools, project, pair, base),
    readVersion(tools, code, project, pair.production, 'head-as-production'),
  ]);
  const [upcoming, selected] = await Promise.all([
    parse(tools, code, pair.upcoming, 'head-as-upcoming'),
    selectedNodes(tools, inputs, scopeOf(tools, code, pair.production, 'selection'), production.manifest),
  ]);
  return { live, production, upcoming, selected };
}

async function readLive(tools: Tools, project: Project, pair: SchemaPair, base: string): Promise<Version> {
  try {
    return await withCode(tools, project, base, (code) =>
      readVersion(tools, code, project, pair.production, 'live-as-production'),
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
  const manifest = await parse(tools, code, schema, step);
  const file = await readFile(join(code.projectDir, 'dbt_project.yml'), 'utf8');
  return { manifest, variables: readVariables(file, project.dbtVars) };
}

function parse(tools: Tools, code: Code, schema: string, step: string): Promise<Manifest> {
  return tools.dbt.parse(scopeOf(tools, code, schema, step));
}

function scopeOf(tools: Pick<Tools, 'tempDir'>, code: Code, schema: string, step: string): DbtScope {
  return { projectDir: code.projectDir, schema, targetPath: join(tools.tempDir, 'dbt', step) };
}
