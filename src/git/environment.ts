/** Variables of git that belong to another repository or another command, e.g. when the job itself runs inside a git hook. */
const redirecting = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_EXTERNAL_DIFF',
  'GIT_DIFF_OPTS',
  'GIT_DEFAULT_HASH',
  'GIT_QUARANTINE_PATH',
  'PREFIX',
]);

/** Settings that hold for every command of ours and are written to no configuration file. */
const settings: readonly (readonly [key: string, value: string])[] = [
  // In container jobs the checkout belongs to another user, and git refuses such a repository (CVE-2022-24765). What it
  // guards against is programs named by a stranger's configuration; the two settings below it switch those off.
  ['safe.directory', '*'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  // A worktree must hold the whole commit, even where actions/checkout was told `sparse-checkout`.
  ['core.sparseCheckout', 'false'],
  // Both would leave processes behind that work on the repository after our command has ended.
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // Protocol 2 lets a client ask for any commit by its sha: https://git-scm.com/docs/protocol-v2.
  ['protocol.version', '2'],
];

/** Keys and values that git reads as `GIT_CONFIG_KEY_<n>` and `GIT_CONFIG_VALUE_<n>`. */
export type GitSetting = readonly [key: string, value: string];

/**
 * The environment of our git commands: the job's own, so that proxies, certificates, SSH commands and credentials keep
 * working, without what points at another repository, and with our settings after the job's.
 *
 * @param job environment of the job, e.g. `process.env`
 * @param extra settings for this command alone
 */
export function gitEnvironment(
  job: Readonly<Record<string, string | undefined>>,
  extra: readonly GitSetting[] = [],
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(job)) {
    if (value !== undefined && !redirecting.has(name) && !name.startsWith('GIT_TRACE')) {
      environment[name] = value;
    }
  }
  const first = Number.parseInt(environment['GIT_CONFIG_COUNT'] ?? '0', 10) || 0;
  const ours = [...settings, ...extra];
  ours.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${String(first + index)}`] = key;
    environment[`GIT_CONFIG_VALUE_${String(first + index)}`] = value;
  });
  return {
    ...environment,
    GIT_CONFIG_COUNT: String(first + ours.length),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
}
