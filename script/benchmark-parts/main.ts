/** Benchmarks by name. Started by script/benchmark. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { endPrograms } from './programs.js';
import { benchmarkSelection } from './selection.js';

const HELP = `script/benchmark selection [--only cases|time|memory] [--models N]... [--rounds N]

Compares this repository's selection with "dbt ls --select state:modified+".

  cases      every change case of the tests both ways: right, missed models, needless models
  time       wall time on generated projects, by turns
  memory     time and peak memory of comparing two manifests of the largest size alone

  --only P     one of the three parts; default all
  --models N   size of a generated project; may be given several times (default 1000 and 5000)
  --rounds N   how often each way is measured (default 3)
  --help       this text
`;

interface Options {
  readonly only: string | undefined;
  readonly models: readonly number[];
  readonly rounds: number;
}

/** @returns undefined when only help was asked for. @throws TypeError for what makes no sense */
function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      models: { type: 'string', multiple: true, default: ['1000', '5000'] },
      rounds: { type: 'string', default: '3' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (positionals.length !== 1 || positionals[0] !== 'selection') {
    throw new TypeError(`There is one benchmark, "selection"; asked for: "${positionals.join(' ')}".`);
  }
  if (values.only !== undefined && !['cases', 'time', 'memory'].includes(values.only)) {
    throw new TypeError(`--only ${values.only}: cases, time or memory is wanted.`);
  }
  return {
    only: values.only,
    models: values.models.map((text) => wholeNumber('--models', text, 20)),
    rounds: wholeNumber('--rounds', values.rounds, 1),
  };
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
  await benchmarkSelection(options, (line) => process.stdout.write(`${line}\n`));
  return 0;
}

process.exit(await main());
