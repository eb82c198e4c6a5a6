import * as z from 'zod';
import type { Api } from './api.js';
import type { RunContext } from './context.js';
import { createOnce } from './creation.js';
import type { Delivery, EnvironmentState } from './github.js';
import { refusalReason } from './refusal.js';

/** https://docs.github.com/rest/deployments/statuses#create-a-deployment-status */
const LONGEST_DESCRIPTION = 140;
/** Deployments of an environment that are looked through for the one that was live before. */
const MOST_FORMER = 10;

const deploymentSchema = z.object({ id: z.number(), payload: z.unknown() });
const ownPayload = z.object({ deployment: z.string() });
const statusSchema = z.object({ state: z.string() });
type Deployment = z.infer<typeof deploymentSchema>;

export interface EnvironmentTarget {
  readonly api: Api;
  readonly context: RunContext;
}

/** Shows on an environment how a deployment stands; what was live before becomes inactive when this one is. */
export async function showOnEnvironment(target: EnvironmentTarget, told: EnvironmentState): Promise<Delivery> {
  try {
    const shown = await ofEnvironment(target, told);
    const own = shown.find((each) => isAbout(each, told)) ?? (told.mayCreate ? await create(target, told) : undefined);
    if (own === undefined) return { kind: 'done' };
    await addStatus(target, own, told, told.state);
    if (told.state === 'success') {
      const others = shown.filter(({ id }) => id !== own.id).slice(0, MOST_FORMER);
      for (const other of others) await retire(target, other, told);
    }
    return { kind: 'done' };
  } catch (error) {
    const what = `show deployment ${told.deployment} on the environment "${told.environment}"`;
    return { kind: 'refused', reason: refusalReason(what, 'deployments: write', error) };
  }
}

/** Newest first. */
async function ofEnvironment({ api, context }: EnvironmentTarget, { environment }: EnvironmentState) {
  const { owner, repository: repo } = context;
  const { data } = await api.rest.repos.listDeployments({ owner, repo, environment, task: 'deploy', per_page: 100 });
  return z.array(deploymentSchema).parse(data);
}

/** GitHub gives the payload back as it was sent; those of others hold anything. */
function isAbout({ payload }: Deployment, { deployment }: EnvironmentState): boolean {
  const own = ownPayload.safeParse(payload);
  return own.success && own.data.deployment === deployment;
}

/**
 * By default GitHub would merge the default branch into the deployed commit first, and wait for every status of the commit.
 * https://docs.github.com/rest/deployments/deployments#create-a-deployment
 */
async function create(target: EnvironmentTarget, told: EnvironmentState): Promise<Deployment> {
  const { api, context } = target;
  const post = async (): Promise<Deployment> => {
    const { data } = await api.rest.repos.createDeployment({
      owner: context.owner,
      repo: context.repository,
      ref: told.commit,
      task: 'deploy',
      auto_merge: false,
      required_contexts: [],
      environment: told.environment,
      production_environment: true,
      description: cut(told.description),
      payload: { deployment: told.deployment },
    });
    return deploymentSchema.parse(data);
  };
  return createOnce(post, async () => (await ofEnvironment(target, told)).find((each) => isAbout(each, told)));
}

/** A status that is there twice says the same, so a lost answer is not looked up. */
async function addStatus(
  { api, context }: EnvironmentTarget,
  { id }: Deployment,
  told: EnvironmentState,
  state: EnvironmentState['state'],
): Promise<void> {
  const post = (): Promise<unknown> =>
    api.rest.repos.createDeploymentStatus({
      owner: context.owner,
      repo: context.repository,
      deployment_id: id,
      state,
      environment: told.environment,
      log_url: told.runUrl,
      description: cut(told.description),
      // It passes over production environments, so we do it ourselves.
      auto_inactive: false,
    });
  await createOnce(post, () => Promise.resolve(undefined));
}

async function retire(target: EnvironmentTarget, other: Deployment, told: EnvironmentState): Promise<void> {
  const { owner, repository: repo } = target.context;
  const asked = { owner, repo, deployment_id: other.id, per_page: 1 };
  const { data } = await target.api.rest.repos.listDeploymentStatuses(asked);
  const [newest] = z.array(statusSchema).parse(data);
  if (newest?.state !== 'success') return;
  await addStatus(target, other, { ...told, description: `Replaced by deployment ${told.deployment}` }, 'inactive');
}

function cut(text: string): string {
  return text.length <= LONGEST_DESCRIPTION
    ? text
    : `${text.slice(0, LONGEST_DESCRIPTION - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
