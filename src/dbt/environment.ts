/**
 * Which variables of the job dbt gets to see.
 *
 * Any `DBT_*` variable set in the job silently changes what dbt does: DBT_FULL_REFRESH, DBT_DEFER or DBT_STATE would make a
 * build read or write something else than planned. A project's own variables may begin with DBT_ too and are kept.
 * https://docs.getdbt.com/reference/global-configs/about-global-configs
 */
const CHANGES_WHAT_RUNS: readonly string[] = [
  'ARTIFACT_STATE_PATH',
  'CACHE_SELECTED_ONLY',
  'DEBUG',
  'DEFER',
  'DEFER_STATE',
  'DEFER_TO_STATE',
  'EMPTY',
  'EVENT_TIME_END',
  'EVENT_TIME_START',
  'EXCLUDE_RESOURCE_TYPES',
  'EXPORT_SAVED_QUERIES',
  'FAIL_FAST',
  'FAVOR_STATE',
  'FAVOR_STATE_MODE',
  'FULL_REFRESH',
  'INDIRECT_SELECTION',
  'INTROSPECT',
  'LOG_FORMAT',
  'LOG_FORMAT_FILE',
  'LOG_LEVEL',
  'LOG_LEVEL_FILE',
  'MANAGE_STATE',
  'PARTIAL_PARSE_FILE_PATH',
  'POPULATE_CACHE',
  'QUIET',
  'RECORDED_FILE_PATH',
  'RECORDER_MODE',
  'RESOURCE_TYPES',
  'SAMPLE',
  'SINGLE_THREADED',
  'STATE',
  'STORE_FAILURES',
  'USE_COLORS',
  'USE_COLORS_FILE',
  'WRITE_JSON',
];

const WITHHELD = new Set(CHANGES_WHAT_RUNS.map((name) => `DBT_${name}`));

/**
 * The environment for dbt: the job's, without what changes dbt's behaviour and without what belongs to this action alone (its
 * inputs, the runner's tokens and command files), which the code of a project has no business to read.
 */
export function dbtEnvironment(
  job: Readonly<Record<string, string | undefined>>,
  ours: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(job).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isKept(entry[0]),
  );
  return { ...Object.fromEntries(kept), PYTHONUNBUFFERED: '1', ...ours };
}

function isKept(name: string): boolean {
  if (WITHHELD.has(name) || name.startsWith('DBT_ENGINE_')) return false;
  if (name.startsWith('INPUT_') || name.startsWith('STATE_') || name.startsWith('ACTIONS_')) return false;
  return !/^GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$/.test(name);
}
