import { Repositories } from '../git/repositories.js';
import { LoopbackGitHub } from '../e2e/support/loopback-github.js';
import type { LoopbackOptions, RunnerEvent } from '../e2e/support/loopback-github.js';
import { connectGitHub } from '../../src/github/connect.js';
import type { GitHubOptions } from '../../src/github/connect.js';
import { readRunContext } from '../../src/github/context.js';
import type { GitHub } from '../../src/github/github.js';
import type { Log } from '../../src/log.js';

/** Commits of a real repository: `first` and `live` on `prod`, and `merged` one ahead on `pre-prod`. */
export interface Ground {
  readonly repositories: Repositories;
  readonly shas: { readonly first: string; readonly live: string; readonly merged: string };
}

export async function layGround(): Promise<Ground> {
  const repositories = await Repositories.create();
  const first = await repositories.commit('first');
  const live = await repositories.commit('live');
  await repositories.git(repositories.author, 'checkout', '--quiet', '-b', 'pre-prod');
  const merged = await repositories.commit('add price');
  return { repositories, shas: { first, live, merged } };
}

/** A GitHub on loopback over that repository, with the pull request that brought `merged`. */
export class World {
  /** Pauses that were asked for, in milliseconds; none is really waited for. */
  readonly pauses: number[] = [];
  readonly warnings: string[] = [];
  readonly infos: string[] = [];

  readonly repositories: Repositories;
  readonly shas: Ground['shas'];
  readonly github: LoopbackGitHub;
  /** The pull request that brought `merged`. */
  readonly number: number;

  private constructor({ repositories, shas }: Ground, github: LoopbackGitHub, number: number) {
    this.repositories = repositories;
    this.shas = shas;
    this.github = github;
    this.number = number;
  }

  /** @param ground stays as it is when the world is stopped; a test that moves branches lays its own */
  static async on(ground: Ground, options: Partial<LoopbackOptions> = {}): Promise<World> {
    const { merged, live } = ground.shas;
    const gitDir = ground.repositories.remote;
    const github = await LoopbackGitHub.start({ repository: 'octo-org/warehouse', gitDir, ...options });
    const number = github.openPullRequest({
      title: 'Add price',
      head: { ref: 'add-price', sha: merged },
      base: { ref: 'pre-prod', sha: live },
    });
    github.markMerged(number, merged);
    return new World(ground, github, number);
  }

  /** The action's view of it, in a run for `event`. */
  connect(
    event: RunnerEvent = this.github.schedule('pre-prod', this.shas.merged),
    options: Partial<GitHubOptions> = {},
  ): GitHub {
    const environment = {
      GITHUB_REPOSITORY: this.github.repository,
      GITHUB_RUN_ID: '1658821493',
      GITHUB_EVENT_NAME: event.name,
      GITHUB_SHA: event.sha,
      GITHUB_REF: event.ref,
      GITHUB_API_URL: this.github.apiUrl,
    };
    return connectGitHub({
      token: this.github.token,
      context: readRunContext(environment, JSON.stringify(event.payload)),
      log: this.log,
      clock: { now: () => new Date(), sleep: (pause) => Promise.resolve(void this.pauses.push(pause)) },
      ...options,
    });
  }

  tip(branch: string): Promise<string> {
    return this.repositories.git(this.repositories.remote, 'rev-parse', `refs/heads/${branch}`);
  }

  /** `METHOD path status` of each request so far. */
  get asked(): readonly string[] {
    return this.github.requests.map(({ method, path, status }) => `${method} ${path} ${String(status)}`);
  }

  async stop(): Promise<void> {
    await this.github.stop();
  }

  private get log(): Log {
    return {
      debug: () => undefined,
      info: (message) => void this.infos.push(message),
      warning: (message) => void this.warnings.push(message),
      group: (_title, work) => work(),
    };
  }
}
