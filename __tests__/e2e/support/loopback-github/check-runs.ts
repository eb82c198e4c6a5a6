import { Ajv } from 'ajv';
import { invalid, notFound, notPermitted, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Call } from './endpoints.ts';
import { GitRefs } from './git-refs.ts';
import * as payloads from './payloads.ts';
import { isApp } from './state.ts';
import type { CheckRunState } from './state.ts';

/**
 * What GitHub's description of "Create a check run" leaves out, or says in words only; the rest is checked for every request.
 * https://docs.github.com/rest/checks/runs#create-a-check-run
 */
const LIMITS = {
  if: { properties: { status: { const: 'completed' } }, required: ['status'] },
  then: { required: ['conclusion'] },
  properties: {
    name: { minLength: 1 },
    head_sha: { pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' },
    details_url: { pattern: '^https?://' },
    output: {
      properties: {
        title: { maxLength: 255 },
        annotations: {
          items: {
            properties: {
              path: { pattern: '^[^/]' },
              start_line: { minimum: 1 },
              end_line: { minimum: 1 },
              message: { minLength: 1, maxLength: 65_536 },
              title: { maxLength: 255 },
            },
          },
        },
      },
    },
  },
};

const validate = new Ajv({ strict: false, allErrors: true }).compile(LIMITS);

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
