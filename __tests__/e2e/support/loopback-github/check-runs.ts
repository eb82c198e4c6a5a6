import { Ajv } from 'ajv';
import { invalid, notFound, notPermitted, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Call } from './endpoints.ts';
import { GitRefs } from './git-refs.ts';
import * as payloads from './payloads.ts';
import { isApp } from './state.ts';
import type { CheckRunState } from './state.ts';

const text = (maxLength?: number): object => ({ type: 'string', ...(maxLength === undefined ? {} : { maxLength }) });
const time = { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$` };
const line = { type: 'integer', minimum: 1 };
const closed = (properties: object, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/**
 * The body of "Create a check run" as GitHub documents it; closed, though GitHub passes over what it does not know, so that
 * a misspelt field shows. https://docs.github.com/rest/checks/runs#create-a-check-run
 */
const CREATE = {
  ...closed(
    {
      name: { ...text(), minLength: 1 },
      head_sha: { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' },
      details_url: { type: 'string', pattern: '^https?://' },
      external_id: text(),
      status: { enum: ['queued', 'in_progress', 'completed'] },
      started_at: time,
      conclusion: {
        enum: ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'],
      },
      completed_at: time,
      output: closed(
        {
          title: text(255),
          summary: text(65_535),
          text: text(65_535),
          annotations: {
            type: 'array',
            maxItems: 50,
            items: closed(
              {
                path: { type: 'string', pattern: '^[^/]' },
                start_line: line,
                end_line: line,
                start_column: line,
                end_column: line,
                annotation_level: { enum: ['notice', 'warning', 'failure'] },
                message: { ...text(65_536), minLength: 1 },
                title: text(255),
                raw_details: text(65_536),
              },
              ['path', 'start_line', 'end_line', 'annotation_level', 'message'],
            ),
          },
        },
        ['title', 'summary'],
      ),
    },
    ['name', 'head_sha'],
  ),
  if: { properties: { status: { const: 'completed' } }, required: ['status'] },
  then: { required: ['conclusion'] },
};

const validate = new Ajv({ strict: false, allErrors: true }).compile(CREATE);

/** Only an app's token may: a person's gets 403. */
export async function createCheckRun({ state, account, body }: Call): Promise<Answer> {
  if (!isApp(account.login)) return problem(403, 'You must authenticate via a GitHub App.');
  if (!validate(body)) {
    const [fault] = validate.errors ?? [];
    return problem(422, `Invalid request.\n\n${fault?.instancePath ?? ''} ${fault?.message ?? ''}`);
  }
  const sha = String(body['head_sha']);
  if (!(await new GitRefs(state.gitDir).hasCommit(sha))) {
    return invalid('CheckRun', 'head_sha', `No commit found for SHA: ${sha}`);
  }
  const run: CheckRunState = { id: state.nextCheckRun, sha, author: account.login, body };
  state.nextCheckRun += 1;
  state.checkRuns.push(run);
  return { status: 201, body: payloads.checkRun(state, run) };
}

/** The newest of each name, as with the default `filter=latest`. */
export function checkRunsOfCommit({ state, account, parts: [sha = ''], query }: Call): Answer {
  if (!account.permissions.some((permission) => permission.startsWith('checks:'))) return notPermitted();
  if (sha === '') return notFound();
  const name = query.get('check_name');
  const ofCommit = state.checkRuns.filter((run) => run.sha === sha && (name === null || run.body['name'] === name));
  const newest = [...new Map(ofCommit.map((run) => [run.body['name'], run])).values()];
  return {
    status: 200,
    body: { total_count: newest.length, check_runs: newest.map((run) => payloads.checkRun(state, run)) },
  };
}
