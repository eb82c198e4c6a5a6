import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GitHubOptions } from '../../src/github/connect.js';
import type { EnvironmentState, GitHub } from '../../src/github/github.js';
import { readInputs } from '../../src/inputs.js';
import { announce } from '../../src/modes/announce.js';
import { tellEnvironment } from '../../src/modes/tell-environment.js';
import type { ReportPhase } from '../../src/report/model.js';
import type { Tools } from '../../src/tools.js';
import { record } from '../deployment/support/plans.js';
import type { Misfortune } from '../e2e/support/loopback-github.js';
import { sourceOf } from '../support/inputs.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';
import { SettableClock } from '../support/settable-clock.js';
import { World, layGround } from './world.js';
import type { Ground } from './world.js';

/**
 * Every endpoint that is used, with everything that GitHub may do instead of answering, before and after the swap: a defined end
 * each, told in a sentence, and none that throws. Pauses are asked of a clock that stands, and patience ends where GitHub falls
 * silent, so nothing is waited for.
 */
const MISFORTUNES = {
  401: { status: 401, message: 'Bad credentials' },
  403: { status: 403, message: 'Resource not accessible by integration' },
  404: { status: 404, message: 'Not Found' },
  409: { status: 409, message: 'Conflict' },
  422: { status: 422, message: 'Validation Failed' },
  429: { status: 429, message: 'Too many requests', headers: { 'retry-after': '7' } },
  500: { status: 500, message: 'Server Error' },
  timeout: 'silence',
  cut: 'cut',
} as const satisfies Readonly<Record<string, Misfortune>>;
type Name = `${keyof typeof MISFORTUNES}`;
const NAMES = Object.keys(MISFORTUNES) as readonly Name[];

/** How a sentence ends that tells what is to be done; `needs` is the permission that the endpoint takes. */
const remedies = (needs: string): Readonly<Record<Name, RegExp>> => ({
  401: /github-token is wrong or has expired/,
  403: new RegExp(`Add "${needs}" under "permissions:" of the job`),
  404: new RegExp(`Add "${needs}" under "permissions:" of the job`),
  409: /answered 409, "Conflict"/,
  422: /answered 422, "Validation Failed"/,
  429: /answered 429.*Too many requests.*run again later/,
  500: /answered 500.*githubstatus\.com/,
  timeout: /could not be reached \(.*timeout.*network/,
  cut: /could not be reached \(.*network/,
});

let ground: Ground;
beforeAll(async () => {
  ground = await layGround();
});
afterAll(async () => {
  await ground.repositories.dispose();
});

/** `+`: done in spite of it; `-`: told, and the run goes on. One sign a misfortune, in their order. */
type Ends = string;

interface Row {
  readonly method: string;
  readonly path: RegExp;
  /** undefined: nobody hears of it, because there is another way. */
  readonly needs: string | undefined;
  /** Ends when it happens once, and when it stays so. */
  readonly once: Ends;
  readonly always: Ends;
  /** Comments of ours at most; default 1. */
  readonly comments?: number;
  /** What is done before the misfortune. */
  readonly prepare?: (scene: Scene) => Promise<void>;
  /** Uses the endpoint. @returns whether it was done; what a person reads goes to the log */
  readonly act: (scene: Scene) => Promise<boolean>;
}

/** A world of its own for each misfortune. */
class Scene {
  readonly log = new RecordingLog();
  readonly warehouse = new RecordingWarehouse();
  readonly clock = new SettableClock();
  readonly world: World;
  /** A branch that no other scene moves. */
  readonly branch: string;

  private constructor(world: World, branch: string) {
    this.world = world;
    this.branch = branch;
  }

  static async open(branch: string): Promise<Scene> {
    const world = await World.on(ground);
    await ground.repositories.git(ground.repositories.remote, 'update-ref', `refs/heads/${branch}`, ground.shas.live);
    return new Scene(world, branch);
  }

  connect(options: Partial<GitHubOptions> = {}): GitHub {
    return this.world.connect(undefined, {
      log: this.log,
      clock: this.clock,
      signalAfter: () => this.#signal(),
      ...options,
    });
  }

  /** Ends a request as a limit of time does, at the moment when the other side falls silent. Requests follow one another. */
  #signal(): AbortSignal {
    const patience = new AbortController();
    this.world.github.onSilence = () => patience.abort(new DOMException('aborted due to timeout', 'TimeoutError'));
    return patience.signal;
  }

  /** What telling GitHub takes: no dbt, no git. */
  tools(options: Partial<GitHubOptions> = {}): Tools {
    return {
      github: this.connect(options),
      log: this.log,
      warehouse: this.warehouse,
      clock: this.clock,
      run: {
        repository: 'octo-org/warehouse',
        run: '1',
        attempt: 1,
        actor: 'octocat',
        url: 'https://github.com/run/1',
      },
    } as unknown as Tools;
  }

  /** Puts a report on pull request and commit, as the modes do. @returns the address of the comment */
  async announce(phase: ReportPhase, options: Partial<GitHubOptions> = {}): Promise<string | undefined> {
    const inputs = readInputs(sourceOf({ mode: 'status', account: 'a-b', user: 'U', database: 'D', token: 't' }));
    const kept = record({ commit: ground.shas.merged, pullRequests: [this.world.number] });
    const { report, commentUrl } = await announce(this.tools(options), inputs, { record: kept, phase, timeline: [] });
    // Whatever GitHub did: what happened is told as it is, and kept where a fresh runner finds it.
    expect(report.phase).toBe(phase);
    const written = this.warehouse.statements.filter(({ name }) => name === 'updateHistory');
    expect(written.map(({ binds }) => JSON.stringify(binds)).join()).toContain(`\\"phase\\":\\"${phase}\\"`);
    return commentUrl;
  }

  get comments(): number {
    return this.world.github.comments(this.world.number).length;
  }

  get checks(): number {
    return this.world.github.checkRuns(ground.shas.merged).length;
  }
}

function hit(scene: Scene, { method, path }: Row, name: Name, times: number): void {
  scene.world.github.addFault({ method, path, meets: MISFORTUNES[name], times });
}

async function endOf(row: Row, name: Name, times: number, branch: string): Promise<string> {
  const scene = await Scene.open(branch);
  try {
    await row.prepare?.(scene);
    hit(scene, row, name, times);
    const done = await row.act(scene);
    const asked = scene.world.github.requests.map(({ method, path }) => `${method} ${path.split('?')[0] ?? ''}`);
    expect(asked.some((line) => line.startsWith(`${row.method} `) && row.path.test(line.split(' ')[1] ?? ''))).toBe(
      true,
    );
    const said = scene.log.lines.filter((line) => !line.startsWith('debug:')).join('\n');
    if (!done && row.needs !== undefined) expect(said).toMatch(remedies(row.needs)[name]);
    expect(scene.comments).toBeLessThanOrEqual(row.comments ?? 1);
    expect(scene.checks).toBeLessThanOrEqual(1);
    expect(scene.world.github.requests.length).toBeLessThanOrEqual(12);
    expect(scene.clock.sleeps.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(60_000);
    return done ? '+' : '-';
  } finally {
    await scene.world.stop();
  }
}

function tryAll(moment: string, rows: Readonly<Record<string, Row>>): void {
  describe.each([
    ['once', 1],
    ['always', 999],
  ] as const)(`${moment}: %s`, (how, times) => {
    test.each(Object.entries(rows))('%s', async (what, row) => {
      const branch = (name: Name): string => `${moment} ${what} ${how} ${name}`.replaceAll(/[^a-z0-9]+/gi, '-');
      const ends = await Promise.all(NAMES.map((name) => endOf(row, name, times, branch(name))));
      expect(ends.join('  ')).toBe(row[how]);
    });
  });
}

/** The comment is written, and told of when it is not. */
const comments = (phase: ReportPhase): ((scene: Scene) => Promise<boolean>) => {
  return async (scene) => (await scene.announce(phase)) !== undefined;
};
/** A comment is there already: it is written again. */
const commentsAgain = (phase: ReportPhase): ((scene: Scene) => Promise<boolean>) => {
  return async (scene) => {
    await scene.connect().upsertComment(scene.world.number, 'D.PUBLIC', 'building');
    return (await scene.announce(phase)) !== undefined;
  };
};
const checks = (phase: ReportPhase): ((scene: Scene) => Promise<boolean>) => {
  return async (scene) => {
    expect(await scene.announce(phase)).toBeDefined();
    return scene.checks === 1;
  };
};

const ON_ANALYTICS = {
  github: { token: 't', pullRequest: undefined, comment: true, check: true, environment: 'analytics' },
};
/** As most endpoints end: a refusal is told, and what passes is waited for. */
const USUAL = { once: '-  -  -  -  -  +  +  +  +', always: '-  -  -  -  -  -  -  -  -' };

const COMMENTS = /\/issues\/\d+\/comments$/;
const COMMENT = /\/issues\/comments\/\d+$/;
const write = 'pull-requests: write';

/** What tells of a deployment, at any moment of its life. */
function telling(phase: ReportPhase): Readonly<Record<string, Row>> {
  return {
    //                        401 403 404 409 422 429 500 timeout cut
    'who the token speaks for': {
      ...{ method: 'POST', path: /^\/graphql$/, needs: write, act: comments(phase) },
      ...{ once: '+  +  +  +  +  +  +  +  +', always: '+  +  +  +  +  +  +  -  -' },
    },
    'list comments': {
      ...{ method: 'GET', path: COMMENTS, needs: write, act: comments(phase) },
      ...USUAL,
    },
    'create a comment': {
      ...{ method: 'POST', path: COMMENTS, needs: write, act: comments(phase) },
      ...USUAL,
    },
    // 404: it was deleted meanwhile (here it only seems so), and is written anew.
    'update a comment': {
      comments: 2,
      ...{ method: 'PATCH', path: COMMENT, needs: write, act: commentsAgain(phase) },
      ...{ once: '-  -  +  -  -  +  +  +  +', always: '-  -  +  -  -  -  -  -  -' },
    },
  };
}

/** A verdict on the commit. */
function judging(phase: ReportPhase): Readonly<Record<string, Row>> {
  return {
    'create a check run': {
      ...{ method: 'POST', path: /\/check-runs$/, needs: 'checks: write', act: checks(phase) },
      ...USUAL,
    },
    // Asked only when the answer to a creation was lost.
    'list check runs': {
      ...{ method: 'GET', path: /\/check-runs$/, needs: 'checks: write' },
      act: async (scene) => {
        scene.world.github.addFault({ method: 'POST', path: /\/check-runs$/, meets: 'cut', afterwards: true });
        await scene.announce(phase);
        expect(scene.checks).toBe(1);
        return !scene.log.lines.join().includes('The check was not written');
      },
      ...USUAL,
    },
  };
}

/** A deployment on an environment's page, where another is live. */
function showing(state: EnvironmentState['state']): Readonly<Record<string, Row>> {
  const news = (deployment: string, commit: string) => ({ deployment, commit, description: 'x', mayCreate: true });
  const common = {
    needs: 'deployments: write',
    prepare: async (scene: Scene): Promise<void> => {
      await tellEnvironment(scene.tools(), ON_ANALYTICS, { ...news('D1', ground.shas.live), state: 'success' });
    },
    act: async (scene: Scene): Promise<boolean> => {
      await tellEnvironment(scene.tools(), ON_ANALYTICS, { ...news('D2', ground.shas.merged), state });
      expect(scene.world.github.deployments('analytics').length).toBeLessThanOrEqual(2);
      return !scene.log.lines.join().includes('does not show deployment D2');
    },
    ...USUAL,
  };
  return {
    'list deployments': { ...common, method: 'GET', path: /\/deployments$/ },
    'create a deployment': { ...common, method: 'POST', path: /\/deployments$/ },
    'create a deployment status': { ...common, method: 'POST', path: /\/statuses$/ },
    ...(state === 'success'
      ? { 'list deployment statuses': { ...common, method: 'GET', path: /\/statuses$/ } }
      : undefined),
  };
}

tryAll('before the swap', {
  'pull requests of a commit': {
    ...{ method: 'GET', path: /\/commits\/[0-9a-f]+\/pulls$/, needs: 'pull-requests: read' },
    act: async (scene) => (await scene.connect().pullRequestOf(ground.shas.merged)) !== undefined,
    ...USUAL,
  },
  'a pull request by its number': {
    ...{ method: 'GET', path: /\/pulls\/\d+$/, needs: 'pull-requests: read' },
    act: async (scene) => {
      const github = scene.connect({ pullRequest: scene.world.number });
      return (await github.pullRequestOf(ground.shas.merged)) !== undefined;
    },
    ...USUAL,
  },
  ...telling('verified'),
  ...judging('blocked'),
  ...showing('in_progress'),
});

const READ_REF = { method: 'GET', path: /\/git\/ref\/.+$/, needs: 'contents: write' };
const MOVE_REF = { method: 'PATCH', path: /\/git\/refs\/.+$/, needs: 'contents: write' };

async function promotes(scene: Scene): Promise<boolean> {
  const delivery = await scene.connect().fastForward(scene.branch, ground.shas.merged);
  if (delivery.kind === 'refused') scene.log.info(delivery.reason);
  expect(await scene.world.tip(scene.branch)).toBe(ground.shas[delivery.kind === 'done' ? 'merged' : 'live']);
  return delivery.kind === 'done';
}

async function putsBack(scene: Scene): Promise<boolean> {
  const delivery = await scene.connect().moveBack(scene.branch, ground.shas.live, ground.shas.first);
  if (delivery.kind === 'refused') scene.log.info(delivery.reason);
  expect(await scene.world.tip(scene.branch)).toBe(ground.shas[delivery.kind === 'done' ? 'first' : 'live']);
  return delivery.kind === 'done';
}

tryAll('after the swap', {
  ...telling('done'),
  ...judging('rolled back'),
  ...showing('success'),
  'read the production branch': { ...READ_REF, ...USUAL, act: promotes },
  'promote the production branch': { ...MOVE_REF, ...USUAL, act: promotes },
  'read the branch to put it back': { ...READ_REF, ...USUAL, act: putsBack },
  'put the production branch back': { ...MOVE_REF, ...USUAL, act: putsBack },
});
