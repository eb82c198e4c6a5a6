import { ActionableError } from '../errors.js';

const OLDEST = { major: 1, minor: 8 } as const;
const INSTALL = 'Install it in an earlier step of the job, e.g.: pip install "dbt-core>=1.10" dbt-snowflake';

/**
 * Reads the output of `dbt --version`.
 * @param executable as the user named it, for the message.
 * @returns e.g. `1.11.16`, `2.0.5`.
 * @throws ActionableError for the dbt Cloud CLI, a dbt older than 1.8, one without its Snowflake adapter, and unknown programs.
 */
export function readVersion(output: string, executable: string): string {
  if (/dbt (?:Cloud|platform) CLI/i.test(output)) {
    throw new ActionableError(
      `"${executable}" is the dbt Cloud CLI, which runs elsewhere and knows no local profiles, so it cannot build into a schema of our choice. ` +
        `Nothing was changed. Put dbt Core first on PATH. ${INSTALL}`,
    );
  }
  const version = coreVersion(output) ?? engineVersion(output);
  if (version === undefined) {
    throw new ActionableError(
      `"${executable} --version" does not answer like dbt: ${firstLine(output)} Nothing was changed. Check which dbt is first on PATH. ${INSTALL}`,
    );
  }
  supportedVersion(version);
  if (coreVersion(output) !== undefined && !/^\s*-\s*snowflake:/m.test(output)) {
    throw new ActionableError(`dbt ${version} has no Snowflake adapter. Nothing was changed. ${INSTALL}`);
  }
  return version;
}

/** The same version. @throws ActionableError for a dbt older than 1.8. */
export function supportedVersion(version: string): string {
  if (!isTooOld(version)) return version;
  throw new ActionableError(
    `dbt ${version} is too old: this action needs ${OLDEST.major}.${OLDEST.minor} or newer, whose artifacts it reads. Nothing was changed. ${INSTALL}`,
  );
}

/** The message for a dbt that cannot be started at all. */
export function cannotStart(executable: string, cause: unknown): ActionableError {
  const missing = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT';
  const what = missing
    ? `dbt was not found: there is no "${executable}" on PATH.`
    : `"${executable}" could not be started.`;
  return new ActionableError(`${what} Nothing was changed. ${INSTALL}`, { cause });
}

/** dbt 1.x: `Core:` and then `- installed: 1.11.16`. */
function coreVersion(output: string): string | undefined {
  return /Core:\s+- installed:\s*(\d+\.\d+[^\s]*)/.exec(output)?.[1];
}

/** dbt 2.x: `dbt 2.0.5`, `dbt-core 2.0.1`, `dbt-fusion 2.0.0-preview.175`. */
function engineVersion(output: string): string | undefined {
  return /^\s*dbt(?:-core|-fusion)?\s+v?(\d+\.\d+[^\s]*)/m.exec(output)?.[1];
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor);
}

function firstLine(output: string): string {
  const line = output.trim().split('\n', 1)[0] ?? '';
  return line === '' ? 'it says nothing.' : `it says "${line.slice(0, 200)}".`;
}
