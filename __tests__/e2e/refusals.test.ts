/** What the action refuses, and that it leaves the warehouse alone when it does. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Inputs, type RunOptions, Shop } from './support/shop.js';
import { ADD_PRICE, BREAK_SQL, DROP_IDS, MEND_SQL } from './support/shop-project.js';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open(30);
  await shop.merge('Add price to orders', ADD_PRICE);
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
  ])('%s: %j is refused in words that say what to write', async (name, value, message) => {
    const mode = name === 'keep' ? 'cleanup' : name === 'max-age' ? 'swap' : 'build';
    expect(await refused(name === 'mode' ? value : mode, { [name]: value })).toMatch(message);
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

  test('with a role that the user does not have', async () => {
    expect(await refused('build', { role: 'ACCOUNTADMIN' })).toMatch(/ACCOUNTADMIN/);
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

  test('a missing privilege is named by the statement that grants it', async () => {
    const { database, deployRole } = shop.warehouse;
    await shop.admin.run(`revoke create schema on database ${database} from role ${deployRole}`);
    try {
      expect(await refused('build')).toContain(`GRANT CREATE SCHEMA ON DATABASE "${database}" TO ROLE "${deployRole}"`);
    } finally {
      await shop.admin.run(`grant create schema on database ${database} to role ${deployRole}`);
    }
  });

  test('a production schema that does not exist', async () => {
    expect(await refused('build', { 'production-schema': 'ELSEWHERE' })).toMatch(/ELSEWHERE does not exist/);
  });

  test('nothing to swap, nothing to roll back', async () => {
    expect(await refused('swap')).toMatch(/nothing to swap/);
    expect(await refused('rollback')).toMatch(/nothing to roll back/);
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

describe('a version that must not go live', () => {
  /** Production as readers see it. */
  async function production(): Promise<readonly (string | null)[]> {
    return Promise.all([
      shop.value('select count(*) from PUBLIC.ORDERS'),
      shop.value('select sum(orders) from PUBLIC.CUSTOMERS'),
      shop.value('select sum(orders) from PUBLIC.DAILY_ORDERS'),
    ]);
  }

  test('dbt fails in blue: production stays, swap is refused, and the next build takes over', async () => {
    const before = await production();
    await shop.merge('Name a column that does not exist', BREAK_SQL);
    const { errors, outputs } = await shop.fails('build');
    expect(errors[0]).toMatch(/production was not touched[\s\S]*no_such_column/i);
    expect(outputs).toMatchObject({ state: 'blocked' });
    expect(await production()).toEqual(before);
    expect(await refused('swap')).toMatch(/nothing to swap.*did not pass verification/);
  });

  test('verification finds ids missing: they are counted and named, and nothing goes live', async () => {
    const before = await production();
    await shop.merge('Take that column out', MEND_SQL);
    await shop.merge('Leave customer 3 out', DROP_IDS);
    const { errors, outputs, summary } = await shop.fails('build', { 'sample-ids': 'plain' });
    expect(errors[0]).toMatch(/production was not touched/);
    expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
    // 3, 10, 17, 24: every seventh of thirty orders.
    expect(summary).toMatch(/missing[\s\S]*\b24\b/);
    expect(await production()).toEqual(before);
    expect(await refused('swap')).toMatch(/nothing to swap/);
  });
});
