import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createRunnerLog, withoutCommands } from '../src/runner-log.js';

/** What the real `@actions/core` wrote for the runner to read. */
let written = '';

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('text from outside', () => {
  test.each([
    ['::set-output name=verdict::passed'],
    ['  ::add-mask::x'],
    ['\u00a0::error::x'],
    ['fine\n::stop-commands::x'],
    ['progress 1 %\r::warning::x'],
    ['fine\r\n\t::group::x'],
    ['dbt says ##[error]x'],
  ])('%j holds no workflow command once logged', (hostile) => {
    createRunnerLog().info(hostile);
    const lines = written.split(/[\r\n]/);
    expect(lines.filter((line) => line.trimStart().startsWith('::') || line.includes('##['))).toEqual([]);
  });

  test('stays as it is when it only looks a little like one', () => {
    expect(withoutCommands("a::int, b :: text; 'x'::varchar # [1]")).toBe("a::int, b :: text; 'x'::varchar # [1]");
  });
});

describe('warnings', () => {
  test('the first ten are annotations, the rest are lines, and none is lost', () => {
    const log = createRunnerLog();
    for (let i = 1; i <= 12; i += 1) log.warning(`number ${i}\nmore`);
    expect(written.match(/^::warning::/gm)).toHaveLength(10);
    expect(written).toContain('::warning::number 10%0Amore\n');
    expect(written).toContain('Warning: number 12\nmore');
  });
});

describe('groups', () => {
  test('close when their work fails', async () => {
    const log = createRunnerLog();
    await expect(log.group('clone', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(written).toBe('::group::clone\n::endgroup::\n');
  });

  test('a group inside a group is a line, since the runner cannot nest them', async () => {
    const log = createRunnerLog();
    const result = await log.group('outer', () => log.group('inner ::x', () => Promise.resolve(7)));
    expect(result).toBe(7);
    expect(written).toBe('::group::outer\ninner ::x\n::endgroup::\n');
  });
});
