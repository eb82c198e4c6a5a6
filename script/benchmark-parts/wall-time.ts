/** How long a selection takes: the packaged action's plan and the usual way by turns, each from a fresh checkout. */
import { loadavg } from 'node:os';
import { rmSync } from 'node:fs';
import { liveVersion, mergedVersion, type ProjectSize } from './generated-project.js';
import { PackagedPlan, type PlanRun } from './packaged-plan.js';
import { TwoBranches } from './two-branches.js';
import { selectTheUsualWay, type UsualRun } from './usual-way.js';
import { seconds } from './figures.js';

export interface Round {
  readonly usual: UsualRun;
  readonly ours: PlanRun;
}

/** @param rounds how often both are measured; who goes first changes from round to round */
export async function measureWallTime(
  size: ProjectSize,
  rounds: number,
  say: (line: string) => void,
): Promise<readonly Round[]> {
  const repository = await TwoBranches.create(liveVersion(size), mergedVersion(size));
  const plan = await PackagedPlan.open(repository);
  const measured: Round[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const one = await measureRound(repository, plan, round % 2 === 1);
      const load = (loadavg()[0] ?? 0).toFixed(1);
      say(
        `  round ${round + 1}: usual way ${seconds(one.usual.seconds)} (${one.usual.models} models), plan ${seconds(one.ours.seconds)} ` +
          `(${one.ours.rebuilt} models; selection alone ${seconds(one.ours.selectionSeconds)}); load ${load}`,
      );
      measured.push(one);
    }
  } finally {
    await plan.close();
    repository.dispose();
  }
  return measured;
}

async function measureRound(repository: TwoBranches, plan: PackagedPlan, oursFirst: boolean): Promise<Round> {
  const inCheckout = async <T>(work: (checkout: string) => Promise<T>): Promise<T> => {
    const checkout = await repository.checkOut();
    return work(checkout).finally(() => rmSync(checkout, { recursive: true, force: true }));
  };
  const runUsual = (): Promise<UsualRun> => inCheckout(selectTheUsualWay);
  const runOurs = (): Promise<PlanRun> => inCheckout((checkout) => plan.run(checkout));
  if (oursFirst) {
    const ours = await runOurs();
    return { ours, usual: await runUsual() };
  }
  const usual = await runUsual();
  return { usual, ours: await runOurs() };
}
