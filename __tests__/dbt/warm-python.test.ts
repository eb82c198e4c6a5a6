import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ProcessEnd } from '../../src/dbt/process.js';
import { WarmPython } from '../../src/dbt/warm-python.js';
import { RecordingLog } from '../support/recording-log.js';

const PYTHON = join(process.cwd(), '.venv', 'bin', 'python');

/** Stands where dbt stands in Python, and says what it finds around it. */
const CLI = `import json, os, signal, sys, time
def cli():
    what = sys.argv[1]
    if what == "tell":
        import yaml
        print(json.dumps({"argv": sys.argv, "cwd": os.getcwd(), "env": dict(os.environ), "path": sys.path[0],
                          "yaml": yaml.__file__, "input": sys.stdin.read()}), flush=True)
        print("a warning", file=sys.stderr)
        return 3
    if what == "fail":
        raise ValueError("no such thing")
    if what == "stubborn":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    open(sys.argv[2], "w").write(str(os.getpid()))
    time.sleep(600)
`;

let folder: string;
let log: RecordingLog;
let warm: WarmPython | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warm-python-'));
  log = new RecordingLog();
  for (const name of ['', 'cli/', 'adapters/']) await write(`site/dbt/${name}__init__.py`, '');
  await write('site/dbt/cli/main.py', CLI);
  await write('project/yaml.py', 'raise SystemExit("a file of the project was imported")\n');
  await write('site/dbt/adapters/snowflake/__init__.py', '');
  await write(
    'site/dbt/version.py',
    'class V:\n    def to_version_string(self, skip_matcher): return "1.11.9"\nget_installed_version = V\n',
  );
  await write('bin/dbt', `#!${PYTHON}\nimport sys\nfrom dbt.cli.main import cli\nsys.exit(cli())\n`);
});

afterEach(async () => {
  await warm?.stop();
  warm = undefined;
  await rm(folder, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function start(): Promise<WarmPython> {
  const script = { path: join(folder, 'bin', 'dbt'), interpreter: PYTHON, options: [] };
  const env = { PYTHONPATH: join(folder, 'site'), PYTHONDONTWRITEBYTECODE: '1', ONLY_AT_THE_START: 'yes' };
  warm = await WarmPython.start({ script, folder: join(folder, 'own'), env, log });
  return warm;
}

interface Trial {
  readonly lines: string[];
  readonly end: Promise<ProcessEnd | undefined>;
}

function run(python: WarmPython, args: readonly string[], signal?: AbortSignal, graceMs?: number): Trial {
  const lines: string[] = [];
  const end = python.run({
    executable: 'dbt',
    args,
    cwd: join(folder, 'project'),
    env: { ONLY: 'größe', PATH: '/usr/bin' },
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
    signal,
    isChecked: false,
    ...(graceMs === undefined ? {} : { graceMs }),
  });
  return { lines, end };
}

/** Starts a command that does not end, and waits until it says its process. */
async function running(
  python: WarmPython,
  what: 'wait' | 'stubborn',
  stop?: AbortController,
  graceMs?: number,
): Promise<Trial & { readonly pid: number }> {
  const file = join(folder, `${what}-${Math.random()}`);
  const trial = run(python, [what, file], stop?.signal, graceMs);
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
  return { ...trial, pid: Number(readFileSync(file, 'utf8')) };
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 1) {
    if (waited > 1000) throw new Error(`It has not come to that:\n${log.lines.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A process that has ended but that nobody has asked about counts as gone. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The one process below this test that has imported dbt, and waits. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

describe('a command', () => {
  test('finds what the console script would find, and nothing of where Python was started', async () => {
    const python = await start();
    expect(await python.ready(undefined)).toBe('1.11.9');
    const { lines, end } = run(python, ['tell', '--vars', '{"a": "ü\n"}']);
    expect(await end).toEqual({ exitCode: 3, killedBy: undefined });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe('stderr a warning');
    expect(JSON.parse(lines[0]?.replace('stdout ', '') ?? '')).toEqual({
      argv: [join(folder, 'bin', 'dbt'), 'tell', '--vars', '{"a": "ü\n"}'],
      cwd: join(folder, 'project'),
      env: { ONLY: 'größe', PATH: '/usr/bin' },
      path: join(folder, 'bin'),
      yaml: expect.stringContaining('site-packages'),
      input: '',
    });
  });

  test('that fails in Python says so as it would have', async () => {
    const { lines, end } = run(await start(), ['fail']);
    expect(await end).toEqual({ exitCode: 1, killedBy: undefined });
    expect(lines).toContain('stderr ValueError: no such thing');
  });

  test('runs beside others', async () => {
    const python = await start();
    const first = await running(python, 'wait');
    expect(await run(python, ['tell']).end).toEqual({ exitCode: 3, killedBy: undefined });
    expect(lives(first.pid)).toBe(true);
  });

  test('gets SIGINT when aborted, alone', async () => {
    const python = await start();
    const stop = new AbortController();
    const [one, other] = [await running(python, 'wait', stop), await running(python, 'wait')];
    stop.abort();
    expect(await one.end).toEqual({ exitCode: undefined, killedBy: 'SIGINT' });
    expect([one, other].map(({ pid }) => lives(pid))).toEqual([false, true]);
  });

  test('that does not end in time is killed', async () => {
    const stop = new AbortController();
    const { end } = await running(await start(), 'stubborn', stop, 100);
    stop.abort();
    expect(await end).toEqual({ exitCode: undefined, killedBy: 'SIGKILL' });
  });

  test('aborted before it begins is not begun', async () => {
    const { end, lines } = run(await start(), ['tell'], AbortSignal.abort());
    expect(await end).toEqual({ exitCode: undefined, killedBy: 'SIGINT' });
    expect(lines).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5])('aborted as it begins is stopped (try %i)', async () => {
    const python = await start();
    await python.ready(undefined);
    const stop = new AbortController();
    const { end } = run(python, ['wait', join(folder, 'begun')], stop.signal);
    await new Promise(setImmediate);
    stop.abort();
    expect(await end).toEqual({ exitCode: undefined, killedBy: 'SIGINT' });
  });

  test('that comes to nothing before it can write is left to others', async () => {
    const python = await start();
    await python.ready(undefined);
    await rm(join(folder, 'own'), { recursive: true });
    expect(await run(python, ['tell']).end).toBeUndefined();
  });

  test('whose folder has a .env, which dbt 1.12 reads while it is imported, is left to others', async () => {
    await write('site/dotenv.py', '');
    await write('site/dbt/cli/main.py', `import dotenv\n${CLI}`);
    const python = await start();
    expect(await run(python, ['tell']).end).toEqual({ exitCode: 3, killedBy: undefined });
    await write('.env', 'DBT_TARGET=other\n');
    expect(await run(python, ['tell']).end).toBeUndefined();
    expect(log.lines.join('\n')).toContain(`dbt reads the .env in ${folder}`);
  });
});

describe('what is lost', () => {
  test('with Python is told, and leaves nothing running', async () => {
    const python = await start();
    const { end, lines, pid } = await running(python, 'wait');
    process.kill(parentOf(pid), 'SIGKILL');
    expect(await end).toBeUndefined();
    expect(lines).toEqual([]);
    await until(() => !lives(pid));
    expect(await run(python, ['tell']).end).toBeUndefined();
  });

  test.each(['before', 'after'] as const)('with this program ends by itself, gone %s the answer', async (when) => {
    await (await start()).ready(undefined);
    const program = join(folder, 'own', 'warm-python.py');
    const file = join(folder, 'alone');
    const env = { PYTHONPATH: join(folder, 'site') };
    const child = spawn(PYTHON, [program, join(folder, 'bin', 'dbt')], { stdio: ['pipe', 'pipe', 'ignore'], env });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    if (when === 'before') child.stdout.destroy();
    const request = {
      id: 1,
      cwd: folder,
      env: {},
      argv: ['dbt', 'wait', file],
      stdout: '/dev/null',
      stderr: '/dev/null',
      isChecked: false,
    };
    child.stdin.write(`${JSON.stringify(request)}\n`);
    await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
    const pid = Number(readFileSync(file, 'utf8'));
    child.stdin.end();
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
    await until(() => !lives(pid));
  });

  test('stopped, it ends what it runs and takes its files along', async () => {
    const python = await start();
    const { end, pid } = await running(python, 'wait');
    const parent = parentOf(pid);
    await python.stop();
    expect(await end).toBeUndefined();
    await until(() => !lives(pid) && !lives(parent));
    expect(await readdir(folder)).not.toContain('own');
  });
});

describe('a Python that is of no use', () => {
  test.each([
    ['lacks dbt', 'site/dbt/cli/main.py', 'import no_such_module\n', /cannot be imported: .*no_such_module/],
    ['has a dbt that ends Python', 'site/dbt/cli/main.py', 'import os\nos._exit(4)\n', undefined],
    [
      'runs a thread',
      'site/dbt/cli/main.py',
      'import threading, time\nthreading.Thread(target=lambda: time.sleep(60), name="busy", daemon=True).start()\n',
      /a thread of it runs, which a fork would cut off: busy/,
    ],
  ])('%s', async (_name, path, text, reason) => {
    await write(path, text);
    const python = await start();
    expect(await python.ready(undefined)).toBeUndefined();
    expect(await run(python, ['tell']).end).toBeUndefined();
    if (reason !== undefined) expect(log.lines.join('\n')).toMatch(reason);
  });

  test('is not there', async () => {
    const script = { path: join(folder, 'bin', 'dbt'), interpreter: join(folder, 'no-python'), options: [] };
    warm = await WarmPython.start({ script, folder: join(folder, 'own'), env: {}, log });
    expect(await warm.ready(undefined)).toBeUndefined();
  });
});
