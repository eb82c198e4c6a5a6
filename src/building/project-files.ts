import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../dbt/manifest.js';
import { readDispatch, readsVariablesFile, readVariables, VARIABLES_FILE } from '../selection/project-settings.js';
import type { DispatchOrder } from '../selection/project-settings.js';
import type { Variables } from '../selection/variables.js';
import type { Code } from '../running/code.js';

/** What a project's files say and no manifest holds. */
export interface ProjectFiles {
  /** The text of dbt_project.yml. */
  readonly projectFile: string;
  readonly variables: Variables;
  readonly dispatch: DispatchOrder;
}

/** @param manifest written from these files: some are read by some versions of dbt only */
export async function readProjectFiles(
  { projectDir }: Pick<Code, 'projectDir'>,
  commandLine: Variables,
  { dbtVersion }: Pick<Manifest, 'dbtVersion'>,
): Promise<ProjectFiles> {
  const projectFile = await readFile(join(projectDir, 'dbt_project.yml'), 'utf8');
  const path = join(projectDir, VARIABLES_FILE);
  const variablesFile = readsVariablesFile(dbtVersion) && existsSync(path) ? await readFile(path, 'utf8') : '';
  return {
    projectFile,
    variables: readVariables(projectFile, variablesFile, commandLine),
    dispatch: readDispatch(projectFile),
  };
}
