import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REPOSITORY } from './places.js';
import { type StepOptions, runPostStep, runStep, startStep } from './runner.js';

let workspace: string;

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
});

afterAll(() => {
  rmSync(workspace, { recursive: true });
});

/** A step whose program is this text, with the real `@actions/core` as `core`. */
function step(name: string, program: string): StepOptions {
  const entry = join(workspace, `${name}.mjs`);
  const core = pathToFileURL(join(REPOSITORY, 'node_modules/@actions/core/lib/core.js')).href;
  writeFileSync(entry, `import * as core from ${JSON.stringify(core)};\n${program}`);
  return { inputs: { mode: 'status', 'head-ref': 'a b' }, workspace, temporary: workspace, entry };
}

describe('a step', () => {
  test('gets its inputs and gives outputs, state, summary, annotations and masks back', async () => {
    const result = await runStep(
      step(
        'talks',
        `core.setSecret('hush');
         core.setOutput('said', core.getInput('mode') + '\\n' + core.getInput('head-ref'));
         core.setOutput('empty', '');
         core.saveState('started', 'yes');
         core.warning('50 %\\nof it');
         await core.summary.addRaw('# Done').write();
         core.setFailed('no');`,
      ),
    );
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { said: 'status\na b', empty: '' },
      state: { started: 'yes' },
      summary: '# Done',
      errors: ['no'],
      warnings: ['50 %\nof it'],
      masks: ['hush'],
    });
  });

  test('runs under Node 24 with nothing of the environment of the tests', async () => {
    process.env['OF_THE_TESTS'] = '1';
    const result = await runStep(
      step('looks', `core.setOutput('env', Object.keys(process.env)); core.setOutput('node', process.versions.node);`),
    );
    delete process.env['OF_THE_TESTS'];
    expect(result.outputs['node']).toMatch(/^24\./);
    const names = JSON.parse(result.outputs['env'] ?? '[]') as string[];
    expect(names).toContain('INPUT_HEAD-REF');
    expect(names).not.toContain('OF_THE_TESTS');
  });

  test('hands its state to the post step', async () => {
    const options = step('main', `core.setOutput('got', core.getState('schema')); core.saveState('schema', 'PUBLIC');`);
    const main = await runStep(options);
    const post = await runPostStep(options, main);
    expect([main.outputs['got'], post.outputs['got']]).toEqual(['', 'PUBLIC']);
    expect(post.runnerTemp).not.toBe('');
  });
});

describe('a step under way', () => {
  const WAITS = `import { spawn } from 'node:child_process';
    process.on('SIGINT', () => core.info('interrupted'));
    process.on('SIGTERM', () => process.exit(7));
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { detached: true, stdio: 'inherit' });
    core.info('ready');
    setTimeout(() => {}, 60_000);`;

  test('is cancelled as the runner does it: SIGINT, then SIGTERM', async () => {
    const running = startStep(step('cancelled', WAITS));
    await running.sees(/ready/);
    const result = await running.cancel([
      ['SIGINT', 300],
      ['SIGTERM', 2_500],
    ]);
    expect(result.exitCode).toBe(7);
    expect(result.log).toContain('interrupted');
    expect(running.endOrphans()).toBe(1);
  });

  test('takes its programs along when the machine is gone', async () => {
    const running = startStep(step('crashed', WAITS));
    await running.sees(/ready/);
    const result = await running.crash();
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect(running.endOrphans()).toBe(0);
  });

  test('that ends without saying what was waited for is an error with its log', async () => {
    const running = startStep(step('silent', `core.info('other words');`));
    await expect(running.sees(/ready/)).rejects.toThrow('other words');
  });
});
