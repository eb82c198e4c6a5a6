import { invalid, notFound, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Call, Endpoint } from './endpoints.ts';
import { GitRefs } from './git-refs.ts';
import * as payloads from './payloads.ts';
import type { DeploymentState } from './state.ts';

const ofRepository = true;

/** https://docs.github.com/rest/deployments */
export const deploymentEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: /^\/deployments$/, ofRepository, needs: ['deployments: read'], answer: listDeployments },
  { method: 'POST', path: /^\/deployments$/, ofRepository, needs: ['deployments: write'], answer: createDeployment },
  {
    method: 'GET',
    path: /^\/deployments\/(\d+)\/statuses$/,
    ofRepository,
    needs: ['deployments: read'],
    answer: listStatuses,
  },
  {
    method: 'POST',
    path: /^\/deployments\/(\d+)\/statuses$/,
    ofRepository,
    needs: ['deployments: write'],
    answer: createStatus,
  },
];

/** Newest first. */
function listDeployments({ state, query }: Call): Answer {
  const asked = ['environment', 'task', 'ref'].filter((field) => query.has(field));
  const found = state.deployments.filter(
    ({ sha, body }) => asked.every((field) => body[field] === query.get(field)) && sha === (query.get('sha') ?? sha),
  );
  const page = found.toReversed().slice(0, Number(query.get('per_page') ?? 30));
  return { status: 200, body: page.map((each) => payloads.deployment(state, each)) };
}

/**
 * As for a commit that the default branch has left behind and whose statuses are not all green: what GitHub does by default then
 * is a surprise to whoever deploys, so it must be switched off.
 */
async function createDeployment({ state, account, body }: Call): Promise<Answer> {
  const ref = String(body['ref']);
  if (!(await new GitRefs(state.gitDir).hasCommit(ref))) {
    return invalid('Deployment', 'ref', `No ref found for: ${ref}`);
  }
  if (body['auto_merge'] !== false) {
    return problem(409, `Conflict merging main into ${ref}.`);
  }
  const contexts = body['required_contexts'];
  if (!Array.isArray(contexts) || contexts.length > 0) {
    return problem(409, 'Conflict: Commit status checks failed for the deployed commit.');
  }
  const at = new Date().toISOString();
  const made: DeploymentState = {
    id: state.nextDeployment,
    sha: ref,
    author: account.login,
    at,
    body: { task: 'deploy', environment: 'production', ...body },
    statuses: [],
  };
  state.nextDeployment += 1;
  state.deployments.push(made);
  return { status: 201, body: payloads.deployment(state, made) };
}

function ofCall({ state, parts: [id] }: Call): DeploymentState | undefined {
  return state.deployments.find((each) => each.id === Number(id));
}

/** Newest first. */
function listStatuses(call: Call): Answer {
  const found = ofCall(call);
  if (found === undefined) return notFound();
  const page = found.statuses.toReversed().slice(0, Number(call.query.get('per_page') ?? 30));
  return { status: 200, body: page.map((each) => payloads.deploymentStatus(call.state, found, each)) };
}

function createStatus(call: Call): Answer {
  const found = ofCall(call);
  if (found === undefined) return notFound();
  const { description } = call.body;
  if (typeof description === 'string' && description.length > 140) {
    return invalid('DeploymentStatus', 'description', 'description is too long (maximum is 140 characters)');
  }
  const made = { id: found.id * 100 + found.statuses.length, at: new Date().toISOString(), body: call.body };
  found.statuses.push(made);
  return { status: 201, body: payloads.deploymentStatus(call.state, found, made) };
}
