/** Ways to compare `BASE.EVENTS` with `BLUE.EVENTS`, and what each costs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { genericTest, manifestOf, model, planned } from '../../__tests__/verification/support/manifest.js';
import { NO_LAYERS } from '../../src/verification/settings/settings-layers.js';
import type { RelationName } from '../../src/snowflake/identifiers.js';
import { COLUMNS, KEY } from './event-tables.js';
import { DATABASE, type EventWarehouse } from './event-warehouse.js';
import { pythonPrograms, python, repositoryRoot } from './places.js';
import { run } from './programs.js';
import { allColumns, classify, quickCheck, valueDiff } from './usual-comparisons.js';
import type { Pair } from './usual-comparisons.js';
import { verifyModels } from '../../src/verification/verify.js';

const LIMIT_SECONDS = 600;
/** Columns that hold a day or a moment. */
const TIMES: ReadonlySet<string> = new Set(['OCCURRED_AT', 'DAY']);
export const PAIR: Pair = { baseline: 'BASE.EVENTS', upcoming: 'BLUE.EVENTS' };
const RELADIFF = ['reladiff==0.6.0', 'snowflake-connector-python==4.8.1'];

export interface Way {
  readonly name: string;
  /** Whether every row that differs leaves the warehouse. */
  readonly fetchesRows: boolean;
  /** Compares; gives what it found in a few words. */
  readonly compare: (signal: AbortSignal) => Promise<string>;
}

export interface Measured {
  readonly seconds: number;
  readonly statements: number;
  /** Tables named after FROM or JOIN, views and common table expressions counted once each. */
  readonly reads: number;
  readonly rowsOut: number;
  readonly finds: string;
  /** Why there is no result. */
  readonly failure: string | undefined;
}

/** This action first; reladiff only where it can be installed. */
export async function waysToCompare(warehouse: EventWarehouse, say: (line: string) => void): Promise<readonly Way[]> {
  const reladiff = await installReladiff(say);
  const bySql = (name: string, queries: (pair: Pair) => readonly string[], finds: string): Way => ({
    name,
    fetchesRows: false,
    compare: async (signal) => {
      for (const sql of queries(PAIR)) await warehouse.run(sql, signal);
      return finds;
    },
  });
  return [
    { name: 'this action', fetchesRows: false, compare: (signal) => compareAsThisAction(warehouse, signal) },
    bySql('audit-helper, quick check', quickCheck, 'yes or no'),
    bySql('audit-helper, classify', classify, 'rows by status'),
    bySql('Recce, value diff', valueDiff, 'counts by column'),
    ...(reladiff === undefined
      ? []
      : [
          {
            name: 'reladiff 0.6.0',
            fetchesRows: true,
            compare: (signal: AbortSignal) => compareByReladiff(warehouse, reladiff, signal),
          },
        ]),
    // Last, since its one statement of twelve joins takes the most memory.
    bySql('audit-helper, all columns', allColumns, 'counts by column'),
  ];
}

/** One run of one way. A way that breaks, or takes too long, is told and stops nothing. */
export async function measure(way: Way, warehouse: EventWarehouse): Promise<Measured> {
  const before = await warehouse.server.logPosition();
  const signal = AbortSignal.timeout(LIMIT_SECONDS * 1000);
  const started = performance.now();
  let finds = '';
  let failure: string | undefined;
  try {
    finds = await way.compare(signal);
  } catch (error) {
    failure = signal.aborted ? `more than ${LIMIT_SECONDS} s` : reason(error);
  }
  const seconds = (performance.now() - started) / 1000;
  const statements = await warehouse.statementsSince(before).catch((cause: unknown) => {
    throw new Error(`The local Snowflake ended while "${way.name}" ran; more memory may help.`, { cause });
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    seconds,
    statements: statements.length,
    reads: sum(statements.map(({ tables_read }) => tables_read.length)),
    rowsOut: sum(statements.map(({ rows }) => rows ?? 0)),
    finds,
    failure,
  };
}

async function compareAsThisAction({ warehouse }: EventWarehouse, signal: AbortSignal): Promise<string> {
  const relation = (schema: string): RelationName => ({ database: DATABASE, schema, name: 'EVENTS' });
  const node = model('events', { config: { unique_key: KEY } });
  const uniqueTest = genericTest('unique', node, { columnName: KEY });
  const [verdict] = await verifyModels({
    warehouse,
    targets: [{ node: planned(node), baseline: relation('BASE'), upcoming: relation('BLUE') }],
    manifest: manifestOf(node, uniqueTest),
    settings: NO_LAYERS,
    cutOff: new Date(),
    concurrency: 1,
    signal,
    timeoutSeconds: LIMIT_SECONDS,
    sampleIds: 10,
    // As in a deployment: dbt's unique test has passed in blue before.
    passedTests: new Set([uniqueTest.uniqueId]),
  });
  if (verdict?.comparison === undefined) throw new Error(verdict?.findings[0]?.text ?? 'no verdict');
  const { missing, extra, changed, columns, identical } = verdict.comparison;
  return identical
    ? 'identical'
    : `${missing} missing, ${extra} extra, ${changed} changed in ${columns.length} columns`;
}

/** Its query for differing days and moments casts in a way that the local Snowflake does not know: those columns are left out. */
async function compareByReladiff({ server }: EventWarehouse, program: string, signal: AbortSignal): Promise<string> {
  const columns = COLUMNS.filter((column) => column !== KEY && !TIMES.has(column));
  const script = join(repositoryRoot, 'script', 'benchmark-parts', 'run_reladiff.py');
  const { stdout } = await run(program, [script, new URL(server.url).port, KEY, ...columns], {
    cwd: repositoryRoot,
    signal,
  });
  const { differing } = JSON.parse(stdout) as { readonly differing: number };
  return `${differing} differing rows`;
}

/** In an environment of its own, since it wants an older driver. @returns its python, undefined when it cannot be had */
async function installReladiff(say: (line: string) => void): Promise<string | undefined> {
  const folder = join(repositoryRoot, '.cache', 'benchmark-verification', 'reladiff');
  const program = join(folder, 'bin', 'python');
  try {
    if (!existsSync(join(folder, 'bin', 'reladiff'))) {
      await run(python, ['-m', 'venv', '--clear', folder], { cwd: pythonPrograms });
      await run(program, ['-m', 'pip', 'install', '--quiet', ...RELADIFF], { cwd: folder });
    }
    return program;
  } catch (error) {
    say(`reladiff cannot be installed here and is left out: ${reason(error)}`);
    return undefined;
  }
}

/** The last line of what a program wrote is its reason; a message of Snowflake's begins with the kind of error. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 60);
}
