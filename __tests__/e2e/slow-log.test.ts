/** A runner that reads the log late loses none of it. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { NODE_24, PACKAGED_ACTION } from './support/places.js';
import { messagesOf } from './support/workflow-commands.js';

/** How long the action gets to come to its end while nobody reads, in milliseconds. */
const NOBODY_READS = 2_000;

test('why a step failed is written also where the pipe to the runner is full as the step ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slow-log-'));
  const path = join(folder, 'log');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  // One of its own: a program that is started makes the description that it gets a blocking one.
  const ours = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    fill(pipe);
    const action = spawn(NODE_24, [PACKAGED_ACTION], { env: {}, stdio: ['ignore', pipe, pipe] });
    const ended = new Promise<number | null>((resolve) => action.once('exit', resolve));
    await setTimeout(NOBODY_READS);
    let log = '';
    while (action.exitCode === null && action.signalCode === null) {
      log += drain(ours);
      await setTimeout(10);
    }
    log += drain(ours);
    expect(await ended).toBe(1);
    expect(messagesOf(log, 'error')).toEqual([expect.stringMatching(/Input/)]);
  } finally {
    closeSync(pipe);
    closeSync(ours);
    rmSync(folder, { recursive: true });
  }
});

function fill(pipe: number): void {
  untilItWouldBlock(() => writeSync(pipe, `${'-'.repeat(1023)}\n`));
}

function drain(pipe: number): string {
  const buffer = Buffer.alloc(1 << 16);
  let text = '';
  untilItWouldBlock(() => {
    text += buffer.toString('utf8', 0, readSync(pipe, buffer));
  });
  return text;
}

function untilItWouldBlock(step: () => void): void {
  for (;;) {
    try {
      step();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return;
      throw error;
    }
  }
}
