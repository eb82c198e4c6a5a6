import { LONGEST_SUFFIX, historySchema, parseOwnName } from './deployment/schema-names.js';
import { MAX_LENGTH, lengthOf } from './snowflake/identifiers.js';
import { readConnection } from './connection-inputs.js';
import type { InputSource } from './input-source.js';
import {
  checkInside,
  criteria,
  identifier,
  insideRepository,
  jsonObject,
  lines,
  oneOf,
  wholeNumber,
  wrong,
  yesOrNo,
} from './input-values.js';
import type { Connection } from './snowflake/connection.js';
import type { Project } from './tools.js';
import { UNSWAPPABLE_KINDS } from './snowflake/statements/objects.js';
import type { UnswappableKind } from './snowflake/statements/objects.js';

export const MODES = [
  'plan',
  'build',
  'verify',
  'swap',
  'rollback',
  'cleanup',
  'status',
  'uninstall',
  'deploy',
] as const;
export type Mode = (typeof MODES)[number];

/** Of a self-hosted runner: https://docs.github.com/en/actions/reference/limits#existing-system-limits */
const LONGEST_JOB_MINUTES = 5 * 24 * 60;

export interface DbtInputs {
  readonly executable: string;
  readonly profilesDir: string | undefined;
  readonly targetName: string;
  readonly threads: number;
}

export interface GitHubInputs {
  readonly token: string;
  readonly pullRequest: number | undefined;
  readonly comment: boolean;
  readonly check: boolean;
  /** The environment on whose page deployments are shown; undefined: none. */
  readonly environment: string | undefined;
}

export interface VerificationInputs {
  /** `report`: differences in the data are shown and do not block. */
  readonly mode: 'enforce' | 'report';
  /** Limits for the whole project, the weakest of all: YAML, judged together with what the project says. */
  readonly limits: string;
  /** As written; empty: no limit. */
  readonly maxBytes: string;
}

export interface PlanInputs {
  /** Undefined: the commit that the workflow checked out. */
  readonly headRef: string | undefined;
  readonly scope: 'incremental' | 'all';
  /** Criteria in dbt's own syntax; nothing given: no narrowing. None begins with a dash. */
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  /** `everything`: nothing is compared with the live version. */
  readonly rebuild: 'changed' | 'everything';
  /** What becomes of a plan in which a node changed that dbt never rebuilds. */
  readonly onProtected: 'fail' | 'warn';
  readonly allowProductionNames: readonly string[];
  readonly acceptRejected: boolean;
}

export interface BuildInputs extends PlanInputs {
  readonly allow: ReadonlySet<UnswappableKind>;
  /** What a production schema that a deployment makes is granted: nothing, or what the main one is. */
  readonly newSchemaGrants: 'none' | 'as-main';
  readonly onWaiting: 'supersede' | 'fail';
  /** Which builds of the same commit that were broken off are gone on with. */
  readonly resume: 'dead' | 'failed' | 'never';
  /** Undefined: the build takes as long as it takes. */
  readonly timeoutMinutes: number | undefined;
}

export interface SwapInputs {
  readonly maxAgeHours: number;
  readonly onUntested: 'keep' | 'rollback';
  readonly afterSuccess: 'keep' | 'retire';
}

export interface RollbackInputs {
  readonly to: string | undefined;
  readonly carry: 'all' | 'none';
  readonly reason: string | undefined;
}

/** What every mode needs. */
export interface CommonInputs {
  readonly connection: Connection;
  readonly project: Project;
  readonly dbt: DbtInputs;
  readonly github: GitHubInputs;
  readonly sampleIds: 'plain' | 'hashed' | 'none';
  /** Whether values of sample rows may be shown, not only their ids. */
  readonly sampleValues: boolean;
  /** Paths of custom checks, relative to the repository's top. */
  readonly verifySql: readonly string[];
  readonly verification: VerificationInputs;
  readonly deploymentId: string | undefined;
  readonly lockTimeoutMinutes: number;
  /** Steps and statements are said, and nothing is changed. */
  readonly dryRun: boolean;
}

export type Inputs = CommonInputs &
  (
    | ({ readonly mode: 'plan' } & PlanInputs)
    | ({ readonly mode: 'build' } & BuildInputs)
    | { readonly mode: 'verify' }
    | ({ readonly mode: 'swap' } & SwapInputs)
    | ({ readonly mode: 'deploy' } & BuildInputs & SwapInputs)
    | ({ readonly mode: 'rollback' } & RollbackInputs)
    | { readonly mode: 'cleanup'; readonly olderThanDays: number; readonly keep: number }
    | { readonly mode: 'status'; readonly waitMinutes: number }
    | { readonly mode: 'uninstall' }
  );

/**
 * Reads and checks every input, before anything is touched.
 * @throws ActionableError that says which input, what was wrong, and what to write.
 */
export function readInputs(source: InputSource): Inputs {
  const mode = oneOf(source, 'mode', MODES);
  const common = readCommon(source);
  switch (mode) {
    case 'plan':
      return { mode, ...common, ...readPlan(source) };
    case 'build':
      return { mode, ...common, ...readBuild(source) };
    case 'swap':
      return { mode, ...common, ...readSwap(source) };
    case 'deploy':
      return { mode, ...common, ...readBuild(source), ...readSwap(source) };
    case 'rollback':
      return { mode, ...common, ...readRollback(source) };
    case 'cleanup':
      return {
        mode,
        ...common,
        olderThanDays: wholeNumber(source, 'older-than', 0),
        keep: wholeNumber(source, 'keep', 1),
      };
    case 'status':
      return { mode, ...common, waitMinutes: wholeNumber(source, 'wait', 0, 0) };
    case 'verify':
    case 'uninstall':
      return { mode, ...common };
  }
}

function readCommon(source: InputSource): CommonInputs {
  const connection = readConnection(source);
  return {
    connection,
    project: {
      projectDir: insideRepository(source, 'project-dir') ?? '.',
      dbtVars: jsonObject(source, 'vars'),
      productionBranch: source.input('production-branch') || 'prod',
      database: connection.database,
      ...readSchemas(source, connection.database),
    },
    dbt: {
      executable: source.input('dbt') || 'dbt',
      profilesDir: insideRepository(source, 'profiles-dir'),
      targetName: source.input('target') || 'prod',
      threads: wholeNumber(source, 'threads', 1),
    },
    github: {
      token: source.input('github-token'),
      pullRequest: source.input('pull-request') === '' ? undefined : wholeNumber(source, 'pull-request', 1),
      comment: yesOrNo(source, 'comment', true),
      check: yesOrNo(source, 'check', true),
      environment: source.input('environment') || undefined,
    },
    ...readSamples(source),
    verifySql: lines(source, 'verify-sql').map((path) => checkInside('verify-sql', path)),
    verification: {
      mode: oneOf(source, 'verification', ['enforce', 'report'], 'enforce'),
      limits: source.input('limits'),
      maxBytes: source.input('max-bytes'),
    },
    deploymentId: source.input('deployment-id') || undefined,
    lockTimeoutMinutes: wholeNumber(source, 'lock-timeout', 1, 10),
    dryRun: yesOrNo(source, 'dry-run', false),
  };
}

/** Values are found by the sample ids, so there are none without them. */
function readSamples(source: InputSource): Pick<CommonInputs, 'sampleIds' | 'sampleValues'> {
  const sampleIds = oneOf(source, 'sample-ids', ['plain', 'hashed', 'none'], 'hashed');
  const sampleValues = yesOrNo(source, 'sample-values', false);
  if (sampleValues && sampleIds === 'none') {
    throw wrong(
      'sample-values',
      'true',
      'has no rows to show values of, because "sample-ids" is "none"',
      'set "sample-ids" to "hashed" or "plain", or leave "sample-values" out',
    );
  }
  return { sampleIds, sampleValues };
}

function readSchemas(
  source: InputSource,
  database: string,
): { readonly productionSchema: string; readonly upcomingSchema: string } {
  const production = identifier(source, 'production-schema', 'PUBLIC');
  const longest = MAX_LENGTH - LONGEST_SUFFIX;
  const length = lengthOf(production);
  if (length > longest) {
    throw wrong(
      'production-schema',
      production,
      `has ${length} characters, and the schemas beside it get names up to ${LONGEST_SUFFIX} characters longer`,
      `deploy to a schema whose name is not longer than ${longest} characters`,
    );
  }
  const upcoming = identifier(source, 'upcoming-schema', `${production}_UPCOMING`);
  const others = { database, production, upcoming: '' };
  const isTaken = upcoming === historySchema(others).schema || parseOwnName(upcoming, others) !== undefined;
  if (upcoming === production || isTaken) {
    throw wrong(
      'upcoming-schema',
      upcoming,
      isTaken ? 'is a name that this action gives to a schema of another purpose' : 'is the production schema itself',
      'leave it out, or name another schema',
    );
  }
  return { productionSchema: production, upcomingSchema: upcoming };
}

function readPlan(source: InputSource): PlanInputs {
  return {
    headRef: source.input('head-ref') || undefined,
    scope: oneOf(source, 'scope', ['incremental', 'all'], 'incremental'),
    select: criteria(source, 'select'),
    exclude: criteria(source, 'exclude'),
    rebuild: oneOf(source, 'rebuild', ['changed', 'everything'], 'changed'),
    onProtected: oneOf(source, 'on-protected', ['fail', 'warn'], 'fail'),
    allowProductionNames: lines(source, 'allow-production-names'),
    acceptRejected: yesOrNo(source, 'accept-rejected', false),
  };
}

function readBuild(source: InputSource): BuildInputs {
  const kinds = lines(source, 'allow').map((written) => {
    const kind = UNSWAPPABLE_KINDS.find((known) => known.toLowerCase() === written.toLowerCase());
    if (kind !== undefined) return kind;
    throw wrong(
      'allow',
      written,
      'is not a kind of object',
      `write one of ${UNSWAPPABLE_KINDS.join(', ').toLowerCase()}`,
    );
  });
  return {
    ...readPlan(source),
    allow: new Set(kinds),
    newSchemaGrants: oneOf(source, 'new-schema-grants', ['none', 'as-main'], 'none'),
    onWaiting: oneOf(source, 'on-waiting', ['supersede', 'fail'], 'supersede'),
    resume: oneOf(source, 'resume', ['dead', 'failed', 'never'], 'dead'),
    timeoutMinutes: readTimeout(source),
  };
}

function readTimeout(source: InputSource): number | undefined {
  const name = 'timeout-minutes';
  const value = source.input(name);
  if (value === '') return undefined;
  const minutes = wholeNumber(source, name, 1);
  if (minutes > LONGEST_JOB_MINUTES) {
    throw wrong(
      name,
      value,
      'is longer than any job may run (5 days)',
      `write the job's own timeout-minutes, less a few`,
    );
  }
  if (source.input('resume') === 'never') {
    throw wrong(
      name,
      value,
      'ends a build that a later run goes on with, and "resume" is "never"',
      `leave one of the two out`,
    );
  }
  return minutes;
}

function readSwap(source: InputSource): SwapInputs {
  return {
    maxAgeHours: wholeNumber(source, 'max-age', 1, 72),
    onUntested: oneOf(source, 'on-untested', ['keep', 'rollback'], 'keep'),
    afterSuccess: oneOf(source, 'after-success', ['keep', 'retire'], 'keep'),
  };
}

function readRollback(source: InputSource): RollbackInputs {
  return {
    to: source.input('to') === '' ? undefined : identifier(source, 'to', ''),
    carry: oneOf(source, 'carry', ['all', 'none'], 'all'),
    reason: source.input('reason') || undefined,
  };
}
