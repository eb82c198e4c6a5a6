import { describe, expect, test } from '@jest/globals';
import { ActionableError } from '../../src/errors.js';
import { cannotStart, readVersion } from '../../src/dbt/version.js';

const CORE = (version: string, plugins = '  - snowflake: 1.12.3 - Up to date!'): string =>
  `Core:\n  - installed: ${version}\n  - latest:    1.12.6  - Update available!\n\nPlugins:\n${plugins}\n`;

describe('the version of dbt', () => {
  test.each([
    [CORE('1.11.16'), '1.11.16'],
    [CORE('1.8.0'), '1.8.0'],
    [CORE('1.10.0-rc2'), '1.10.0-rc2'],
    ['dbt 2.0.5\n', '2.0.5'],
    ['dbt-fusion 2.0.0-preview.175\n', '2.0.0-preview.175'],
    ['dbt-core 2.0.1\n', '2.0.1'],
  ])('is read from %j', (output, version) => {
    expect(readVersion(output, 'dbt')).toBe(version);
  });

  test.each([
    ['dbt Cloud CLI - 0.38.22 (abc 2026-01-01)\n', /dbt Cloud CLI/],
    [CORE('1.7.19'), /1\.7\.19 is too old.*1\.8/],
    [CORE('0.21.1'), /too old/],
    [CORE('1.11.16', '  - postgres: 1.9.0 - Up to date!'), /no Snowflake adapter.*pip install/],
    ['Usage: dbt [options]\n', /does not answer like dbt: it says "Usage: dbt/],
    ['', /says nothing/],
  ])('is refused, with what to do, for %j', (output, message) => {
    const read = (): string => readVersion(output, '/opt/bin/dbt');
    expect(read).toThrow(ActionableError);
    expect(read).toThrow(message);
    expect(read).toThrow(/Nothing was changed/);
  });

  test('a program that is not there is told apart from one that does not start', () => {
    const missing = Object.assign(new Error('spawn dbt ENOENT'), { code: 'ENOENT' });
    expect(cannotStart('dbt', missing).message).toMatch(/no "dbt" on PATH.*pip install/);
    const forbidden = Object.assign(new Error('spawn dbt EACCES'), { code: 'EACCES' });
    expect(cannotStart('dbt', forbidden)).toMatchObject({
      cause: forbidden,
      message: expect.stringMatching(/could not be started/),
    });
  });
});
