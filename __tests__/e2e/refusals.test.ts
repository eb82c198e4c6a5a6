/** What the action refuses, and that it leaves the warehouse alone when it does. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Inputs, type RunOptions, Shop } from './support/shop.js';
import { ADD_SECTION } from './support/shop-project.js';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open(30);
  await shop.merge('Add section to page views', ADD_SECTION);
});

afterAll(async () => {
  await shop.close();
});

/** Runs a mode that must be refused. @returns the message that a person reads */
async function refused(mode: string, inputs: Inputs = {}, options: RunOptions = {}): Promise<string> {
  const before = await shop.schemas();
  const position = await shop.server.logPosition();
  const { errors } = await shop.fails(mode, inputs, options);
  expect(await shop.schemas()).toEqual(before);
  const written = (await shop.server.log(position)).flatMap(({ tables_written }) => tables_written);
  expect(written).toEqual([]);
  return errors[0] ?? '';
}

describe('inputs', () => {
  test.each([
    ['mode', 'promote', /Input "mode": "promote".*plan, build, verify/],
    ['scope', 'everything', /Input "scope".*incremental/],
    ['threads', 'many', /Input "threads": "many"/],
    ['max-age', '-1', /Input "max-age": "-1"/],
    ['keep', '0', /Input "keep": "0"/],
    ['comment', 'perhaps', /Input "comment".*true.*false/],
    ['vars', '[1]', /Input "vars".*JSON object/],
    ['upcoming-schema', 'PUBLIC', /Input "upcoming-schema".*production schema itself/],
    ['production-schema', 'a-b', /Input "production-schema"/],
    ['project-dir', '../elsewhere', /Input "project-dir".*leaves the repository/],
    ['authenticator', 'snowflake', /Input "authenticator": "snowflake" is not known/],
    ['access-url', 'ftp://nowhere', /access-url/],
    ['account', '', /Input "account" is missing, and so is the variable SNOWFLAKE_ACCOUNT/],
    ['private-key', '', /No credential for Snowflake was given/],
  ])('%s: %j is refused in words that say what to write, and nobody logs in', async (name, value, message) => {
    const mode = name === 'keep' ? 'cleanup' : name === 'max-age' ? 'swap' : 'build';
    const position = await shop.server.logPosition();
    expect(await refused(name === 'mode' ? value : mode, { [name]: value })).toMatch(message);
    const statements = await shop.server.log(position);
    expect(statements.filter(({ user }) => user === shop.warehouse.deployUser)).toEqual([]);
  });

  test('plain ids in a public repository', async () => {
    const event = shop.github.workflowDispatch('pre-prod', await shop.project.tip('pre-prod'));
    const repository = { ...(event.payload['repository'] as object), private: false, visibility: 'public' };
    const open = { ...event, payload: { ...event.payload, repository } };
    expect(await refused('build', { 'sample-ids': 'plain' }, { event: open })).toMatch(/"sample-ids: plain".*public/);
    expect(await refused('build', { 'sample-values': 'true' }, { event: open })).toMatch(
      /"sample-values: true".*public/,
    );
  });
});

describe('the login', () => {
  test('with a key that is not registered', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const message = await refused('build', { 'private-key': privateKey });
    expect(message).toMatch(/private key is not the one registered[\s\S]*Nothing was changed/);
  });

  test('with a password only', async () => {
    const env = { SNOWFLAKE_PASSWORD: 'not a way in' };
    const message = await refused('build', { 'private-key': '' }, { env });
    expect(message).toMatch(/No credential.*SNOWFLAKE_PASSWORD is not used.*Nothing was changed/);
    expect(message).not.toContain(env.SNOWFLAKE_PASSWORD);
  });

  test.each(['ACCOUNTADMIN', 'NO_SUCH_ROLE'])('with the role %s, which the user does not have', async (role) => {
    expect(await refused('build', { role })).toMatch(new RegExp(`role ${role} .*GRANT ROLE ${role} TO USER`));
  });

  test('at an address where nobody listens', async () => {
    expect(await refused('status', { 'access-url': 'http://127.0.0.1:9' })).toMatch(/Snowflake/);
  }, 120_000);
});

describe('the warehouse', () => {
  describe('an upcoming schema that somebody made by hand is not touched', () => {
    const name = (): string => `${shop.warehouse.database}.PUBLIC_UPCOMING`;

    beforeEach(async () => {
      await shop.admin.run(`create schema ${name()} comment = 'mine'`);
    });

    afterEach(async () => {
      expect((await shop.warehouse.schemas()).get('PUBLIC_UPCOMING')).toBe('mine');
      await shop.admin.run(`drop schema ${name()}`);
    });

    test('when this role can see it', async () => {
      await shop.admin.run(`grant usage on schema ${name()} to role ${shop.warehouse.deployRole}`);
      for (const mode of ['build', 'swap']) {
        expect(await refused(mode)).toMatch(/PUBLIC_UPCOMING exists, but not by this action/);
      }
    });

    test('when this role cannot see it, and only the name is taken', async () => {
      const { errors } = await shop.fails('build');
      expect(errors[0]).toMatch(/PUBLIC_UPCOMING was created by somebody else[\s\S]*Nothing was changed/);
    });
  });

  // Missing privileges: setup.test.ts.
  test('a production schema that does not exist', async () => {
    const elsewhere = { 'production-schema': 'ELSEWHERE' };
    expect(await refused('build', elsewhere)).toMatch(/ELSEWHERE does not exist/);
    expect(await refused('swap', elsewhere)).toMatch(/nothing to swap.*does not exist/);
    expect((await shop.succeeds('status', elsewhere)).outputs).toMatchObject({ state: 'production missing' });
  });

  test('nothing to swap, to verify, to roll back or to drop', async () => {
    expect(await refused('swap')).toMatch(/nothing to swap/);
    expect(await refused('verify')).toMatch(/nothing to verify/);
    expect(await refused('rollback')).toMatch(/nothing to roll back/);
    const { outputs } = await shop.succeeds('cleanup', { 'older-than': '0' });
    expect(outputs).toMatchObject({ state: 'idle', next: 'Dropped nothing.' });
  });
});

describe('dbt', () => {
  /** A PATH whose first `dbt` says what an old or other one says. */
  function pathWith(name: string, words: string): string {
    const folder = join(shop.project.folder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'dbt'), `#!/bin/sh\ncat <<'WORDS'\n${words}\nWORDS\n`);
    chmodSync(join(folder, 'dbt'), 0o755);
    return `${folder}:/usr/bin:/bin`;
  }

  test('not installed', async () => {
    const PATH = '/usr/bin:/bin';
    expect(await refused('build', {}, { env: { PATH } })).toMatch(/dbt was not found: there is no "dbt" on PATH/);
  });

  test('too old', async () => {
    const words = 'Core:\n  - installed: 1.7.18\n  - latest:    1.11.16\n\nPlugins:\n  - snowflake: 1.7.5';
    const PATH = pathWith('old', words);
    expect(await refused('build', {}, { env: { PATH } })).toMatch(/dbt 1\.7\.18 is too old.*1\.8 or newer/);
  });

  test('the dbt Cloud CLI', async () => {
    const PATH = pathWith('cloud', 'dbt Cloud CLI - 0.38.6 (0000000 2024-04-02T19:26:04Z)');
    expect(await refused('build', {}, { env: { PATH } })).toMatch(/is the dbt Cloud CLI/);
  });
});

describe('the code', () => {
  test('a hook that names production by a literal is refused before anything is written', async () => {
    await shop.merge('Log to production from a hook', {
      'models/page_views.sql': (text) =>
        text.replace("unique_key='view_id'", "unique_key='view_id', post_hook='insert into PUBLIC.LOG select 1'"),
    });
    expect(await refused('build')).toMatch(
      /would write to production, so it was not started:[\s\S]*page_views[\s\S]*PUBLIC/,
    );
    await shop.merge('Do without that hook', {
      'models/page_views.sql': (text) => text.replace(/, post_hook='[^']*'/, ''),
    });
  });
});

describe('a stream that a model reads', () => {
  const SOURCE = `sources:
  - name: loads
    database: "{{ target.database }}"
    schema: raw
    tables: [{ name: new_orders }]
`;

  test.each([
    [
      'as a source, through a view',
      "{{ source('loads', 'new_orders') }}",
      /as loads\.new_orders, through stg_new_orders/,
    ],
    ['by its name', 'raw.NEW_ORDERS', /by its name in models\/stg_new_orders\.sql, through stg_new_orders/],
  ])('%s: building blue would take its rows away', async (_name, stream, how) => {
    const { database, deployRole } = shop.warehouse;
    const name = `${database}.RAW.NEW_ORDERS`;
    await shop.admin.run(`create or replace stream ${name} on table ${database}.RAW.ORDERS`);
    await shop.admin.run(`grant select on stream ${name} to role ${deployRole}`);
    await shop.merge('Load from a stream', {
      'models/loads.yml': SOURCE,
      'models/stg_new_orders.sql': `{{ config(materialized='view') }}\nselect order_id from ${stream}\n`,
      'models/new_orders.sql': "select order_id from {{ ref('stg_new_orders') }}\n",
    });
    const message = await refused('build');
    expect(message).toMatch(
      /would consume streams[\s\S]*new_orders \(models\/new_orders\.sql\) reads stream \S*RAW\.NEW_ORDERS/,
    );
    expect(message).toMatch(how);
    expect(message).toMatch(/Nothing was changed\.[\s\S]*exclude/);
    await shop.merge('Do without the stream', {
      'models/loads.yml': null,
      'models/stg_new_orders.sql': null,
      'models/new_orders.sql': null,
    });
    await shop.admin.run(`drop stream ${name}`);
  });
});

describe('objects that do not follow a swap', () => {
  test('a stream is named, with the input that accepts it', async () => {
    const { database } = shop.warehouse;
    await shop.admin.run(`create stream ${database}.PUBLIC.NEW_ORDERS on table ${database}.PUBLIC.ORDERS`);
    await shop.admin.run(`grant select on stream ${database}.PUBLIC.NEW_ORDERS to role ${shop.warehouse.deployRole}`);
    expect(await refused('build')).toMatch(/do not follow its name through a swap: stream NEW_ORDERS.*allow: streams/);
  });

  test('allowed, the deployment goes on', async () => {
    const { outputs } = await shop.succeeds('build', { allow: 'streams' });
    expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  });
});

describe('a version that waits', () => {
  const place = (): string => `${shop.warehouse.database}.PUBLIC_UPCOMING`;

  test('is not the one that the run was to swap or verify', async () => {
    const other = { 'deployment-id': '20260101_000000_ABCDEF0' };
    expect(await refused('swap', other)).toMatch(
      /was to swap deployment 20260101_000000_ABCDEF0, but the warehouse holds/,
    );
    expect(await refused('verify', other)).toMatch(/was to verify 20260101_000000_ABCDEF0, but .* stands there/);
  });

  test('was verified too long ago', async () => {
    const comment = (await shop.warehouse.schemas()).get('PUBLIC_UPCOMING') ?? '';
    const write = async (text: string): Promise<void> => {
      // In a literal a backslash begins an escape.
      await shop.admin.run(`comment on schema ${place()} is '${text.replaceAll('\\', '\\\\')}'`);
    };
    const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000).toISOString();
    await write(comment.replace(/"verifiedAt":"[^"]*"/, `"verifiedAt":"${twoHoursAgo}"`));
    expect(await refused('swap', { 'max-age': '1' })).toMatch(
      /verified 2 hours ago, and "max-age" is 1.*Run mode "verify"/,
    );
    await write(comment);
  });

  test('was touched after it was verified; verify again, and it may go', async () => {
    await shop.admin.run(`update ${place()}.PAGE_VIEWS set page_id = page_id where view_id = 1`);
    expect(await refused('swap')).toMatch(/changed after they were verified: PAGE_VIEWS.*Run mode "verify"/);
    expect((await shop.succeeds('verify')).outputs).toMatchObject({ verdict: 'passed', state: 'waiting' });
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done' });
    expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
  });
});

describe('the history', () => {
  test('a commit that was rolled back does not come back by accident', async () => {
    const { outputs } = await shop.succeeds('rollback', { reason: 'sections are wrong' });
    expect(await refused('build')).toMatch(
      new RegExp(
        `deployment ${outputs['deployment-id'] ?? ''}\\) was rolled back: sections are wrong.*accept-rejected: true`,
      ),
    );
  });

  test('commits of the production branch that would be taken back are named', async () => {
    await shop.project.hotfix('Mend the customers at once', {
      'models/customers.sql': (text) => `-- mended\n${text}`,
    });
    expect(await refused('build', { 'accept-rejected': 'true' })).toMatch(
      /The tip of "prod" .* would take these commits back:\n {2}[0-9a-f]{7} Mend the customers at once\nMerge them/,
    );
  });
});
