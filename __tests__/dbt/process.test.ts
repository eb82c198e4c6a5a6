import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { runProcess } from '../../src/dbt/process.js';
import type { ProcessEnd } from '../../src/dbt/process.js';

interface Trial {
  readonly lines: string[];
  readonly end: Promise<ProcessEnd>;
}

/** Runs a small program of its own as dbt would be run. */
function run(
  program: string,
  options: { signal?: AbortSignal; graceMs?: number; onLine?: (line: string) => void } = {},
): Trial {
  const lines: string[] = [];
  const end = runProcess({
    executable: process.execPath,
    args: ['-e', program],
    cwd: tmpdir(),
    env: { ONLY: 'this' },
    ...options,
    onLine: (line, stream) => {
      lines.push(`${stream} ${line}`);
      options.onLine?.(line);
    },
  });
  return { lines, end };
}

describe('a child process', () => {
  test('hands over whole lines, also the last without a line break, and only the environment given', async () => {
    const { lines, end } = run(
      `process.stdout.write('a\\r\\nhalf'); setTimeout(() => process.stdout.write(' line\\n' + Object.keys(process.env) + '\\nlast'), 30);
       console.error('warned')`,
    );
    expect(await end).toEqual({ exitCode: 0, killedBy: undefined });
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual([
      'stdout a',
      'stdout half line',
      'stdout ONLY',
      'stdout last',
    ]);
    expect(lines).toContain('stderr warned');
  });

  test('gets SIGINT when aborted, and may end in its own way', async () => {
    const stop = new AbortController();
    const program = `process.on('SIGINT', () => { console.log('cancelling queries'); process.exit(2); }); setInterval(() => {}, 1000); console.log('ready')`;
    const { lines, end } = run(program, { signal: stop.signal, onLine: (line) => line === 'ready' && stop.abort() });
    expect(await end).toEqual({ exitCode: 2, killedBy: undefined });
    expect(lines).toContain('stdout cancelling queries');
  });

  test('that does not end in time is killed with all it started', async () => {
    const stop = new AbortController();
    const program = `process.on('SIGINT', () => console.log('ignored'));
      const child = require('node:child_process').spawn(process.execPath, ['-e', "process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log('ready')"], { stdio: 'inherit' });
      console.log('child ' + child.pid); setInterval(() => {}, 1000)`;
    const started = Date.now();
    const { lines, end } = run(program, {
      signal: stop.signal,
      graceMs: 300,
      onLine: (line) => line === 'ready' && stop.abort(),
    });
    expect(await end).toEqual({ exitCode: undefined, killedBy: 'SIGKILL' });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(lines).toContain('stdout ignored');
    const pid = lines.map((line) => /child (\d+)/.exec(line)?.[1]).find((found) => found !== undefined);
    expect(isAlive(pid)).toBe(false);
  });

  test('is stopped at once when the run was already being stopped', async () => {
    const { end } = run('setInterval(() => {}, 1000)', { signal: AbortSignal.abort() });
    expect(await end).toEqual({ exitCode: undefined, killedBy: 'SIGINT' });
  });

  test('that cannot be started rejects', async () => {
    const end = runProcess({
      executable: 'no-such-dbt',
      args: [],
      cwd: tmpdir(),
      env: { PATH: '/nowhere' },
      onLine: () => undefined,
    });
    await expect(end).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** A zombie that nobody has reaped yet has ended, too. */
function isAlive(pid: string | undefined): boolean {
  if (pid === undefined) throw new Error('The program named no child.');
  const state = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}
