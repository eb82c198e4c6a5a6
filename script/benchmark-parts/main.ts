/** Benchmarks by name. Started by script/benchmark. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { SITUATIONS } from './event-tables.js';
import { endPrograms } from './programs.js';
import { benchmarkSelection, type SelectionOptions } from './selection.js';
import { benchmarkSwitching, type SwitchingOptions } from './switching.js';
import { benchmarkVerification, type VerificationOptions } from './verification.js';

const HELP = `script/benchmark selection [--only cases|time|memory] [--models N]... [--rounds N]

Compares this repository's selection with "dbt ls --select state:modified+".

  cases      every change case of the tests both ways: right, missed models, needless models
  time       wall time on generated projects, by turns
  memory     time and peak memory of comparing two manifests of the largest size alone

  --only P     one of the three parts; default all
  --models N   size of a generated project; may be given several times (default 1000 and 5000)
  --rounds N   how often each way is measured (default 3)

script/benchmark verification [--only identical|changed|missing|all] [--rows N] [--rounds N]

Compares two versions of a table on the local Snowflake, identical and differing, as this action does and as other tools do.

  --only S     one of the four situations; default all four
  --rows N     rows of the table (default 5000000)
  --rounds N   how often each way is measured (default 1)

script/benchmark switching [--rounds N]

Readers read tables, views and joins while a new version is switched in: by this action, by two renames, by a plain SWAP.

  --rounds N   how often each way is measured (default 3)

  --help       this text
`;

type Options =
  | ({ readonly benchmark: 'selection' } & SelectionOptions)
  | ({ readonly benchmark: 'verification' } & VerificationOptions)
  | ({ readonly benchmark: 'switching' } & SwitchingOptions);

/** @returns undefined when only help was asked for. @throws TypeError for what makes no sense */
function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      models: { type: 'string', multiple: true },
      rows: { type: 'string' },
      rounds: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [benchmark, ...more] = positionals;
  const { only, models, rows, rounds } = values;
  if (more.length === 0 && benchmark === 'selection' && rows === undefined) {
    if (only !== undefined && !['cases', 'time', 'memory'].includes(only)) {
      throw new TypeError(`--only ${only}: cases, time or memory is wanted.`);
    }
    const sizes = (models ?? ['1000', '5000']).map((text) => wholeNumber('--models', text, 20));
    return { benchmark, only, models: sizes, rounds: wholeNumber('--rounds', rounds ?? '3', 1) };
  }
  if (more.length === 0 && benchmark === 'verification' && models === undefined) {
    if (only !== undefined && !SITUATIONS.some(({ id }) => id === only)) {
      throw new TypeError(`--only ${only}: ${SITUATIONS.map(({ id }) => id).join(', ')} are the situations.`);
    }
    const size = wholeNumber('--rows', rows ?? '5000000', 10_000);
    return { benchmark, only, rows: size, rounds: wholeNumber('--rounds', rounds ?? '1', 1) };
  }
  if (
    more.length === 0 &&
    benchmark === 'switching' &&
    only === undefined &&
    models === undefined &&
    rows === undefined
  )
    return { benchmark, rounds: wholeNumber('--rounds', rounds ?? '3', 1) };
  throw new TypeError(
    `There are three benchmarks, "selection", "verification" and "switching"; asked for: "${args.join(' ')}".`,
  );
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`${option} ${text}: a whole number of at least ${least} is wanted.`);
}

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      endPrograms();
      process.exit(130);
    });
  }
  process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true';
  process.env['SNOWFLAKE_DISABLE_MINICORE'] = 'true';
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  if (options.benchmark === 'selection') await benchmarkSelection(options, say);
  else if (options.benchmark === 'verification') await benchmarkVerification(options, say);
  else await benchmarkSwitching(options, say);
  return 0;
}

process.exit(await main());
