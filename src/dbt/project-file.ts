import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ActionableError, messageOf } from '../errors.js';
import { asObject, textAt } from './json-values.js';

/** What this code needs to know from dbt_project.yml before dbt itself can run. */
export interface ProjectFile {
  /** The profile's name; undefined when the file names none or a Jinja expression. */
  readonly profile: string | undefined;
  /** Folder of installed packages, relative to the project. */
  readonly packagesPath: string;
}

/** @throws ActionableError when the folder holds no readable dbt project. */
export async function readProjectFile(projectDir: string): Promise<ProjectFile> {
  const path = join(projectDir, 'dbt_project.yml');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ActionableError(
      `There is no dbt project at ${projectDir}: dbt_project.yml could not be read. Nothing was changed. ` +
        'The input project-dir must name the folder that holds it, relative to the repository.',
      { cause },
    );
  }
  const project = asObject(parseYaml(text, path));
  const profile = textAt(project, 'profile');
  return {
    profile: profile === undefined || profile.includes('{{') ? undefined : profile,
    packagesPath: textAt(project, 'packages-install-path') ?? 'dbt_packages',
  };
}

/** True when the project declares packages and none is installed in this checkout. */
export async function lacksPackages(projectDir: string): Promise<boolean> {
  if (!(await declaresPackages(projectDir))) return false;
  const { packagesPath } = await readProjectFile(projectDir);
  try {
    return (await readdir(join(projectDir, packagesPath))).length === 0;
  } catch {
    return true;
  }
}

/** packages.yml, or `packages:` in dependencies.yml. https://docs.getdbt.com/docs/build/packages */
async function declaresPackages(projectDir: string): Promise<boolean> {
  for (const name of ['packages.yml', 'dependencies.yml']) {
    const path = join(projectDir, name);
    try {
      await access(path);
    } catch {
      continue;
    }
    const packages = asObject(parseYaml(await readFile(path, 'utf8'), path))['packages'];
    if (Array.isArray(packages) && packages.length > 0) return true;
  }
  return false;
}

/** @throws ActionableError that names the file. */
export function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new ActionableError(
      `${path} is no valid YAML: ${messageOf(cause)} Nothing was changed. Correct it and run again.`,
      { cause },
    );
  }
}
