/** Reads `vars:` from the text of a dbt_project.yml: https://docs.getdbt.com/docs/build/project-variables */
import { parse } from 'yaml';
import type { Variables } from './variables.js';

/**
 * @param projectFile the text of dbt_project.yml
 * @param commandLine what dbt gets as `--vars`, which wins over the file
 * @returns global variables, and for each package a mapping of its own; an empty object when the file has none
 * @throws YAMLParseError when the text is no YAML; dbt would have refused to parse the project before
 */
export function readVariables(projectFile: string, commandLine: Variables = {}): Variables {
  const project: unknown = parse(projectFile);
  const vars = typeof project === 'object' && project !== null && 'vars' in project ? project.vars : undefined;
  const fromFile = typeof vars === 'object' && vars !== null && !Array.isArray(vars) ? { ...vars } : {};
  return { ...fromFile, ...commandLine };
}
