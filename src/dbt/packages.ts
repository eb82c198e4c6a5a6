import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lacksPackages, readProjectFile } from './project-file.js';

/** All that says which packages `dbt deps` installs: https://docs.getdbt.com/docs/build/packages */
const DECLARATIONS = ['packages.yml', 'dependencies.yml', 'package-lock.yml'] as const;

/**
 * Copies installed packages between two checkouts of one project that declare the same, byte for byte. A copy, since a project's
 * code may write into them.
 * @returns false when `dbt deps` must install them: they differ, none are installed, or one is a folder of the checkout itself,
 *   which dbt installs as a link
 */
export async function copyPackages(from: string, to: string): Promise<boolean> {
  const [here, there] = await Promise.all([declarationsOf(from), declarationsOf(to)]);
  const isSame = here.every((text, index) => text === there[index]);
  // A value from the environment may differ between the two moments in which dbt reads it, so nothing rendered is shared either.
  if (!isSame || here.some((text) => /\blocal\s*:|\{[{%]/.test(text ?? '')) || (await lacksPackages(from)))
    return false;
  const [source, target] = await Promise.all([readProjectFile(from), readProjectFile(to)]);
  if (source.packagesPath !== target.packagesPath || source.packagesPath.includes('{{')) return false;
  await cp(join(from, source.packagesPath), join(to, target.packagesPath), { recursive: true, verbatimSymlinks: true });
  return true;
}

async function declarationsOf(projectDir: string): Promise<readonly (string | undefined)[]> {
  return Promise.all(DECLARATIONS.map(async (name) => readFile(join(projectDir, name), 'utf8').catch(() => undefined)));
}
