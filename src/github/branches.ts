import * as z from 'zod';
import { messageOf } from '../errors.js';
import type { Api } from './api.js';
import type { RunContext } from './context.js';
import type { Delivery } from './github.js';
import { failureOf, refusalReason } from './refusal.js';

const refSchema = z.object({ object: z.object({ sha: z.string() }) });

export interface BranchTarget {
  readonly api: Api;
  readonly context: RunContext;
  /** Short name, e.g. `prod`. */
  readonly branch: string;
}

/** Moves the branch forward to `commit`; refused when it holds commits that `commit` lacks. */
export async function fastForward(target: BranchTarget, commit: string): Promise<Delivery> {
  return move(target, commit, false, async () => {
    const tip = await tipOf(target);
    return tip === commit ? 'there already' : 'go on';
  });
}

/** Moves the branch back to `commit`, unless it stands anywhere else than at `expected`. */
export async function moveBack(target: BranchTarget, expected: string, commit: string): Promise<Delivery> {
  return move(target, commit, true, async () => {
    const tip = await tipOf(target);
    if (tip === commit) {
      return 'there already';
    }
    return tip === expected
      ? 'go on'
      : {
          refused: `Branch ${target.branch} was left at ${tip}: somebody moved it on from ${expected}. Revert there by hand.`,
        };
  });
}

type Look = 'there already' | 'go on' | { readonly refused: string };

async function move(
  target: BranchTarget,
  commit: string,
  force: boolean,
  look: () => Promise<Look>,
): Promise<Delivery> {
  const done: Delivery = { kind: 'done', url: branchUrl(target) };
  let sent = false;
  try {
    const seen = await look();
    if (seen !== 'go on') {
      return seen === 'there already' ? done : { kind: 'refused', reason: seen.refused };
    }
    const { owner, repository: repo } = target.context;
    sent = true;
    await target.api.rest.git.updateRef({ owner, repo, ref: `heads/${target.branch}`, sha: commit, force });
    return done;
  } catch (error) {
    // A lost reply may hide a success.
    const tip = sent ? await tipOf(target).catch(() => undefined) : undefined;
    return tip === commit ? done : { kind: 'refused', reason: reasonOf(target, commit, tip, error) };
  }
}

async function tipOf({ api, context, branch }: BranchTarget): Promise<string> {
  const { data } = await api.rest.git.getRef({
    owner: context.owner,
    repo: context.repository,
    ref: `heads/${branch}`,
  });
  return refSchema.parse(data).object.sha;
}

function reasonOf({ branch }: BranchTarget, commit: string, tip: string | undefined, error: unknown): string {
  const { status } = failureOf(error);
  const state = tip === undefined ? '' : ` It still points at ${tip}.`;
  if (status === 422 && /not a fast.?forward/i.test(messageOf(error))) {
    return (
      `Branch ${branch} was not moved to ${commit}: it holds commits that this one lacks.${state} ` +
      `Merge ${branch} into the branch that is deployed, and deploy again.`
    );
  }
  const what = `move branch ${branch} to ${commit}`;
  const ruled = status === 422 ? ' A ruleset may forbid it: let the token bypass it, or move the branch by hand.' : '';
  return refusalReason(what, 'contents: write', error) + ruled + state;
}

function branchUrl({ context, branch }: BranchTarget): string {
  const path = branch.split('/').map(encodeURIComponent).join('/');
  return `${context.serverUrl}/${context.owner}/${context.repository}/tree/${path}`;
}
