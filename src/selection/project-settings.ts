/** Reads from a project's files what no manifest holds: `vars:` and `dispatch:`. */
import { parse } from 'yaml';
import type { Variables } from './variables.js';

/** What dbt 1.12 and later read variables from, when dbt_project.yml has none. https://docs.getdbt.com/docs/build/project-variables */
export const VARIABLES_FILE = 'vars.yml';

/**
 * @param projectFile the text of dbt_project.yml
 * @param variablesFile the text of vars.yml, where this version of dbt reads it; empty: there is none
 * @param commandLine what dbt gets as `--vars`, which wins over the files
 * @returns global variables, and for each package a mapping of its own; an empty object when the files have none
 * @throws YAMLParseError when a text is no YAML; dbt would have refused to parse the project before
 */
export function readVariables(projectFile: string, variablesFile: string, commandLine: Variables = {}): Variables {
  return { ...mappingAt(parse(variablesFile), 'vars'), ...mappingAt(parse(projectFile), 'vars'), ...commandLine };
}

/** Whether this version of dbt reads vars.yml; earlier ones leave the file alone. */
export function readsVariablesFile(dbtVersion: string): boolean {
  const [major = 0, minor = 0] = dbtVersion.split('.').map((part) => Number.parseInt(part, 10));
  return major > 1 || minor >= 12;
}

/** Where dbt looks for the macros of a package: package names by the name of the package. */
export type DispatchOrder = Readonly<Record<string, unknown>>;

/**
 * `dispatch:` of a dbt_project.yml: https://docs.getdbt.com/reference/project-configs/dispatch-config
 * @throws YAMLParseError when the text is no YAML
 */
export function readDispatch(projectFile: string): DispatchOrder {
  const project: unknown = parse(projectFile);
  const entries = isMapping(project) && Array.isArray(project['dispatch']) ? project['dispatch'] : [];
  return Object.fromEntries(
    entries.flatMap((entry: unknown) =>
      isMapping(entry) && typeof entry['macro_namespace'] === 'string'
        ? [[entry['macro_namespace'], entry['search_order']] as const]
        : [],
    ),
  );
}

function mappingAt(value: unknown, key: string): Variables {
  const inner = isMapping(value) ? value[key] : undefined;
  return isMapping(inner) ? inner : {};
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
