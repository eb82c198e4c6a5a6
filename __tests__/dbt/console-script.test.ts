import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findConsoleScript, readConsoleScript } from '../../src/dbt/console-script.js';

const BODY = `import re
import sys
from dbt.cli.main import cli
if __name__ == '__main__':
    sys.exit(cli())
`;

describe('a text that is a console script of dbt', () => {
  test.each([
    ['pip', '#!/opt/venv/bin/python\n# -*- coding: utf-8 -*-\n', '/opt/venv/bin/python', []],
    ['setup-python', '#!/opt/hostedtoolcache/Python/3.12.1/x64/bin/python3.12\n', undefined, []],
    ['with an option', '#!/opt/venv/bin/python3 -I\n', '/opt/venv/bin/python3', ['-I']],
    ['a long path', `#!/bin/sh\n'''exec' "/a/very long/python" "$0" "$@"\n' '''\n`, '/a/very long/python', []],
    ['a long path, unquoted', `#!/bin/sh\n'''exec' /very/long/python3 "$0" "$@"\n' '''\n`, '/very/long/python3', []],
    ['a long path, by uv', `#!/bin/sh\n'''exec' '/very/long/python' "$0" "$@"\n' '''\n`, '/very/long/python', []],
  ])('%s', (_name, head, interpreter, options) => {
    const found = readConsoleScript(head + BODY);
    expect(found).toEqual({ interpreter: interpreter ?? expect.stringMatching(/python3\.12$/), options });
  });

  test.each([
    ['a shim of pyenv', '#!/usr/bin/env bash\nset -e\nexec "/opt/pyenv/libexec/pyenv" exec "dbt" "$@"\n'],
    ['a wrapper around uv', '#!/bin/sh\nexec uv run dbt "$@"\n'],
    ['a Python that is searched for', `#!/usr/bin/env python3\n${BODY}`],
    [
      'one beside the script',
      `#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python' "$0" "$@"\n' '''\n${BODY}`,
    ],
    ['a Python with more to do', `#!/opt/venv/bin/python -X importtime\n${BODY}`],
    ['another program of Python', '#!/opt/venv/bin/python\nfrom dbtlabs.main import cli\ncli()\n'],
    ['another command in front', `#!/opt/tools/nice\n${BODY}`],
    ['a binary', '\u007fELF\u0002\u0001from dbt.cli.main import cli\n'],
    ['nothing', ''],
  ])('%s is none', (_name, text) => {
    expect(readConsoleScript(text)).toBeUndefined();
  });
});

describe('the dbt of a PATH', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-script-'));
    for (const name of ['tool', 'linked', 'broken', 'shim']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'tool', 'dbt'), `#!/opt/tool/bin/python\n${BODY}`, { mode: 0o755 });
    await symlink(join(folder, 'tool', 'dbt'), join(folder, 'linked', 'dbt'));
    await writeFile(join(folder, 'broken', 'dbt'), `#!/opt/broken/bin/python\n${BODY}`);
    await chmod(join(folder, 'broken', 'dbt'), 0o644);
    await writeFile(join(folder, 'shim', 'dbt'), '#!/bin/sh\nexec dbt "$@"\n', { mode: 0o755 });
  });

  afterAll(() => rm(folder, { recursive: true }));

  function find(executable: string, ...names: readonly string[]): ReturnType<typeof findConsoleScript> {
    return findConsoleScript(executable, { PATH: names.map((name) => join(folder, name)).join(':') });
  }

  test('is the first that may be run, its links followed', async () => {
    const expected = { path: join(folder, 'linked', 'dbt'), interpreter: '/opt/tool/bin/python', options: [] };
    expect(await find('dbt', 'nowhere', 'broken', 'linked', 'tool')).toEqual(expected);
    expect(await find(join(folder, 'linked', 'dbt'))).toEqual(expected);
  });

  test('is none of ours behind a wrapper, or where there is none', async () => {
    expect(await find('dbt', 'shim', 'tool')).toBeUndefined();
    expect(await find('dbt', 'broken')).toBeUndefined();
    expect(await find('no-such-dbt', 'tool')).toBeUndefined();
  });

  test('is left alone where it depends on the folder of the command', async () => {
    expect(await findConsoleScript('dbt', { PATH: `bin:${join(folder, 'tool')}` })).toBeUndefined();
    expect(await findConsoleScript('tool/dbt', { PATH: folder })).toBeUndefined();
    expect(await findConsoleScript('dbt', {})).toBeUndefined();
  });
});
