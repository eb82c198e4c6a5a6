/** `script/benchmark selection`: three parts, each printed as a table. */
import { judgeChangeCases, type Answer, type JudgedCase } from './change-cases.js';
import { median, percent, seconds, table } from './figures.js';
import { measureManifests } from './manifest-comparison.js';
import { measureWallTime, type Round } from './wall-time.js';

export interface SelectionOptions {
  /** `cases`, `time` or `memory`; undefined: all three. */
  readonly only: string | undefined;
  readonly models: readonly number[];
  readonly rounds: number;
}

type Say = (line: string) => void;

/** Share of models whose text the merged version of a generated project changes. */
const CHANGED = 0.03;

export async function benchmarkSelection({ only, models, rounds }: SelectionOptions, say: Say): Promise<void> {
  const wanted = (part: string): boolean => only === undefined || only === part;
  if (wanted('cases')) sayCases(await judgeChangeCases(say), say);
  if (wanted('time')) {
    for (const size of models) {
      say(`\nWall time at ${size} models, of which ${percent(CHANGED)} are changed, by turns:`);
      sayTimes(await measureWallTime({ models: size, changed: CHANGED }, rounds, say), say);
    }
  }
  if (wanted('memory')) {
    const size = { models: Math.max(...models), changed: CHANGED };
    say(`\nComparing three manifests of ${size.models} models alone:`);
    const { read, compared, guarded, peakMegabytes, rebuilt } = await measureManifests(size);
    say(
      table([
        ['', 'time'],
        ['read and parse three manifests', seconds(read)],
        ['compare, plan', seconds(compared)],
        ['guard', seconds(guarded)],
      ]),
    );
    say(`${rebuilt} models to rebuild; peak memory of the whole process ${peakMegabytes} MB`);
  }
}

function sayCases(cases: readonly JudgedCase[], say: Say): void {
  say('');
  for (const { name, ours, usual } of cases) {
    if (isRight(ours) && isRight(usual)) continue;
    say(`${name}\n    dbt ls: ${inWords(usual)}\n    plan:   ${inWords(ours)}`);
  }
  const row = (title: string, answerOf: (one: JudgedCase) => Answer): readonly string[] => [
    title,
    `${cases.filter((one) => isRight(answerOf(one))).length} of ${cases.length}`,
    `${cases.filter((one) => answerOf(one).missed.length > 0).length}`,
    String(sum(cases, (one) => answerOf(one).missed.length)),
    String(sum(cases, (one) => answerOf(one).needless.length)),
    String(sum(cases, (one) => answerOf(one).needlessViews)),
  ];
  say('');
  say(
    table([
      ['', 'cases right', 'cases that miss', 'models missed', 'models needless', 'of them views'],
      row('dbt ls --select state:modified+', ({ usual }) => usual),
      row('plan', ({ ours }) => ours),
    ]),
  );
  say(`Models that have to be rebuilt in all cases together: ${sum(cases, ({ expected }) => expected)}`);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function isRight({ missed, needless }: Answer): boolean {
  return missed.length === 0 && needless.length === 0;
}

function inWords({ missed, needless }: Answer): string {
  const parts = [
    ...(missed.length > 0 ? [`misses ${missed.join(', ')}`] : []),
    ...(needless.length > 0 ? [`needlessly ${needless.join(', ')}`] : []),
  ];
  return parts.join('; ') || 'right';
}

function sayTimes(rounds: readonly Round[], say: Say): void {
  const usual = median(rounds.map((round) => round.usual.seconds));
  const line = (title: string, secondsOf: (round: Round) => number): readonly string[] => [
    title,
    seconds(median(rounds.map(secondsOf))),
    percent(median(rounds.map((round) => secondsOf(round) / round.usual.seconds))),
  ];
  say(
    table([
      ['median', 'time', 'of the usual way'],
      ['worktree, dbt parse, dbt ls', seconds(usual), '100 %'],
      line('plan, the whole step', ({ ours }) => ours.seconds),
      line('plan, its selection alone', ({ ours }) => ours.selectionSeconds),
    ]),
  );
}
