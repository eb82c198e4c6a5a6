/** A runner that reads the log late loses none of it, and one that is gone makes no failure of a step. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { NODE_24, PACKAGED_ACTION } from './support/places.js';
import { messagesOf } from './support/workflow-commands.js';

/** How long the action gets to come to its end while nobody reads, in milliseconds. */
const NOBODY_READS = 2_000;

let folder: string;
/** The ends of a pipe that holds as much as it can. */
let reader: number;
let writer: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slow-log-'));
  const path = join(folder, 'log');
  execFileSync('mkfifo', [path]);
  reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  untilItWouldBlock(() => writeSync(writer, `${'-'.repeat(1023)}\n`));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The packaged action, which alone holds the writing end, and its exit code. */
function start(env: Readonly<Record<string, string>>): {
  readonly action: ChildProcess;
  readonly ended: Promise<number | null>;
} {
  const action = spawn(NODE_24, [PACKAGED_ACTION], { env, stdio: ['ignore', writer, writer] });
  closeSync(writer);
  return { action, ended: new Promise((resolve) => action.once('exit', resolve)) };
}

test('why a step failed is written also where the pipe to the runner is full as the step ends', async () => {
  const { action, ended } = start({});
  await setTimeout(NOBODY_READS);
  let log = '';
  while (action.exitCode === null && action.signalCode === null) {
    log += drain(reader);
    await setTimeout(10);
  }
  log += drain(reader);
  closeSync(reader);
  expect(await ended).toBe(1);
  expect(messagesOf(log, 'error')).toEqual([expect.stringMatching(/Input/)]);
});

test('a runner that has gone does not make a failure of a step that has none', async () => {
  // The post step of a run that was cut short: what it cannot do without inputs it only warns of.
  const { action, ended } = start({ STATE_begun: 'true', STATE_tempDir: join(folder, 'gone') });
  await setTimeout(NOBODY_READS);
  expect(action.exitCode).toBeNull();
  closeSync(reader);
  expect(await ended).toBe(0);
});

function drain(pipe: number): string {
  const buffer = Buffer.alloc(1 << 16);
  let text = '';
  untilItWouldBlock(() => {
    const read = readSync(pipe, buffer);
    text += buffer.toString('utf8', 0, read);
    return read;
  });
  return text;
}

/** @param step returns how many bytes it moved; none at the end of a pipe that nobody writes to any more */
function untilItWouldBlock(step: () => number): void {
  try {
    while (step() > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}
