import * as z from 'zod';
import { ActionableError } from '../errors.js';

/** A pull request as an event's payload shows it. */
const pullRequestSchema = z.object({
  number: z.number().int().positive(),
  title: z.string(),
  html_url: z.string(),
  merged: z.boolean().nullish(),
  merge_commit_sha: z.string().nullish(),
  head: z.object({ sha: z.string() }),
});

/** The parts of an event that we read; everything else of it is dropped. A schedule's payload has none of them. */
const eventSchema = z.object({
  action: z.string().optional(),
  pull_request: pullRequestSchema.optional(),
  merge_group: z.object({ head_ref: z.string(), head_sha: z.string() }).optional(),
  repository: z.object({ private: z.boolean() }).optional(),
});

export type RunEvent = z.infer<typeof eventSchema>;

const environmentSchema = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must read owner/name'),
  GITHUB_RUN_ID: z.string().regex(/^\d+$/, 'must be a number'),
  GITHUB_RUN_ATTEMPT: z
    .string()
    .regex(/^[1-9]\d*$/, 'must be a number from 1')
    .default('1'),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_SHA: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a full sha'),
  GITHUB_REF: z.string().default(''),
  GITHUB_ACTOR: z.string().default(''),
  GITHUB_WORKFLOW: z.string().default(''),
  GITHUB_SERVER_URL: z.url({ protocol: /^https?$/ }).default('https://github.com'),
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
});

/** What the runner tells about the run. Names of variables: https://docs.github.com/actions/reference/workflows-and-actions/variables */
export interface RunContext {
  readonly owner: string;
  readonly repository: string;
  readonly runId: string;
  /** Counts from 1; a re-run keeps the id and adds one. */
  readonly runAttempt: number;
  readonly eventName: string;
  readonly event: RunEvent;
  /** Full sha that the workflow was started for. */
  readonly sha: string;
  /** Full ref, e.g. `refs/heads/pre-prod`; empty when the runner names none. */
  readonly ref: string;
  readonly actor: string;
  readonly workflow: string;
  /** e.g. `https://github.com`, without a slash at the end. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** Page of this attempt, for people. */
  readonly runUrl: string;
  /** As the event tells; schedules do not tell. */
  readonly visibility: 'public' | 'private' | 'unknown';
}

/**
 * Reads the run's context.
 *
 * @param environment the job's environment, e.g. `process.env`
 * @param event text of the file at GITHUB_EVENT_PATH; undefined when there is none
 * @throws ActionableError naming the variable that is missing or wrong
 */
export function readRunContext(
  environment: Readonly<Record<string, string | undefined>>,
  event: string | undefined,
): RunContext {
  const variables = parseEnvironment(environment);
  const payload = parseEvent(event);
  const [owner = '', repository = ''] = variables.GITHUB_REPOSITORY.split('/');
  const serverUrl = variables.GITHUB_SERVER_URL.replace(/\/+$/, '');
  const runAttempt = Number(variables.GITHUB_RUN_ATTEMPT);
  return {
    owner,
    repository,
    runId: variables.GITHUB_RUN_ID,
    runAttempt,
    eventName: variables.GITHUB_EVENT_NAME,
    event: payload,
    sha: variables.GITHUB_SHA,
    ref: variables.GITHUB_REF,
    actor: variables.GITHUB_ACTOR,
    workflow: variables.GITHUB_WORKFLOW,
    serverUrl,
    apiUrl: variables.GITHUB_API_URL.replace(/\/+$/, ''),
    runUrl: `${serverUrl}/${owner}/${repository}/actions/runs/${variables.GITHUB_RUN_ID}/attempts/${String(runAttempt)}`,
    visibility: visibilityOf(payload),
  };
}

function parseEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<typeof environmentSchema> {
  // The runner sets what it does not know to the empty string.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new ActionableError(
      `The runner's environment is incomplete (${faults}). Nothing was done. ` +
        'Run this action as a step of a GitHub Actions job; for a try outside of one, set these variables yourself.',
      { cause: parsed.error },
    );
  }
  return parsed.data;
}

function parseEvent(text: string | undefined): RunEvent {
  if (text === undefined || text.trim() === '') {
    return {};
  }
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch (error) {
    throw new ActionableError('The event file at GITHUB_EVENT_PATH is not JSON. Nothing was done. Run the job again.', {
      cause: error,
    });
  }
  // What an event of another kind holds under these names must not stop a deployment that does not need it.
  const parsed = eventSchema.safeParse(payload);
  return parsed.success ? parsed.data : {};
}

function visibilityOf(event: RunEvent): RunContext['visibility'] {
  if (event.repository === undefined) {
    return 'unknown';
  }
  return event.repository.private ? 'private' : 'public';
}
