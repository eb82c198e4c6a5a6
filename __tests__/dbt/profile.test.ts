import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { prepareProfile } from '../../src/dbt/profile.js';
import type { PreparedProfile, ProfileSettings } from '../../src/dbt/profile.js';
import { lacksPackages } from '../../src/dbt/project-file.js';
import type { Connection, Credential } from '../../src/snowflake/connection.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profile-test-'));
  await writeFile(join(folder, 'dbt_project.yml'), 'name: shop\nprofile: shop_profile\n');
});

afterEach(() => rm(folder, { recursive: true }));

const GENERATED: ProfileSettings = { targetName: undefined, threads: undefined, profilesDir: undefined };

function connection(credential: Credential, accessUrl?: URL): Connection {
  return {
    account: 'org-acc',
    user: 'CI',
    role: 'DEPLOYER',
    warehouse: 'WH',
    database: 'ANALYTICS',
    accessUrl,
    credential,
  };
}

const KEY: Credential = { kind: 'key pair', privateKey: 'the private key', passphrase: 'the passphrase' };

function prepare(settings: ProfileSettings, credential = KEY, accessUrl?: URL): Promise<PreparedProfile> {
  const scope = { projectDir: folder, schema: 'PUBLIC_UPCOMING', targetPath: join(folder, 'target') };
  return prepareProfile(
    join(folder, 'temp'),
    scope,
    connection(credential, accessUrl),
    settings,
    '{"deployment": "D1"}',
  );
}

async function written(profile: PreparedProfile): Promise<string> {
  return readFile(join(profile.directory, 'profiles.yml'), 'utf8');
}

describe('a generated profile', () => {
  test("refers to its values by env_var(), for the project's profile and the target of production", async () => {
    const profile = await prepare({ ...GENERATED, targetName: 'live', threads: 8 });
    const text = await written(profile);
    expect(text).not.toContain('the private key');
    expect(text).not.toContain('the passphrase');
    expect(parse(text)).toEqual({
      shop_profile: {
        target: 'live',
        outputs: {
          live: {
            type: 'snowflake',
            account: "{{ env_var('BLUE_GREEN_ACCOUNT') }}",
            user: "{{ env_var('BLUE_GREEN_USER') }}",
            role: "{{ env_var('BLUE_GREEN_ROLE') }}",
            warehouse: "{{ env_var('BLUE_GREEN_WAREHOUSE') }}",
            database: "{{ env_var('BLUE_GREEN_DATABASE') }}",
            schema: "{{ env_var('BLUE_GREEN_SCHEMA') }}",
            query_tag: "{{ env_var('BLUE_GREEN_QUERY_TAG') }}",
            private_key: "{{ env_var('DBT_ENV_SECRET_BLUE_GREEN_PRIVATE_KEY') }}",
            private_key_passphrase: "{{ env_var('DBT_ENV_SECRET_BLUE_GREEN_PASSPHRASE') }}",
            threads: 8,
            client_session_keep_alive: true,
            reuse_connections: true,
          },
        },
      },
    });
    expect(profile.targetName).toBe('live');
    expect(profile.environment).toMatchObject({
      BLUE_GREEN_SCHEMA: 'PUBLIC_UPCOMING',
      BLUE_GREEN_QUERY_TAG: '{"deployment": "D1"}',
      DBT_ENV_SECRET_BLUE_GREEN_PRIVATE_KEY: 'the private key',
    });
  });

  test('is private, and gone afterwards', async () => {
    const profile = await prepare(GENERATED);
    expect((await stat(profile.directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(profile.directory, 'profiles.yml'))).mode & 0o777).toBe(0o600);
    await profile.remove();
    expect(await readdir(join(folder, 'temp'))).toEqual([]);
  });

  test('reaches another address by host, port and protocol', async () => {
    const local = await prepare(GENERATED, KEY, new URL('http://127.0.0.1:8123'));
    expect(parse(await written(local))).toMatchObject({
      shop_profile: { outputs: { prod: { host: '127.0.0.1', port: 8123, protocol: 'http' } } },
    });
    const proxy = await prepare(GENERATED, KEY, new URL('https://snow.example.com'));
    expect(parse(await written(proxy))).toMatchObject({
      shop_profile: { outputs: { prod: { port: 443, protocol: 'https' } } },
    });
  });

  test.each<[Credential, Record<string, string>]>([
    [{ kind: 'token', token: 'pat' }, { authenticator: 'programmatic_access_token' }],
    [{ kind: 'oauth', token: 'pat' }, { authenticator: 'oauth' }],
    [
      { kind: 'workload identity', fetchToken: () => Promise.resolve('pat') },
      { authenticator: 'workload_identity', workload_identity_provider: 'OIDC' },
    ],
  ])('names the authenticator: %j', async (credential, expected) => {
    const profile = await prepare(GENERATED, credential);
    const output = { ...expected, token: "{{ env_var('DBT_ENV_SECRET_BLUE_GREEN_TOKEN') }}" };
    expect(parse(await written(profile))).toMatchObject({ shop_profile: { outputs: { prod: output } } });
    expect(profile.environment['DBT_ENV_SECRET_BLUE_GREEN_TOKEN']).toBe('pat');
  });

  test.each([
    ['name: shop\n', /names no profile.*profiles-dir/],
    ['name: shop\nprofile: "{{ env_var(\'P\') }}"\n', /computes its name/],
    ['name: [shop\n', /no valid YAML/],
  ])('is refused for the project %j', async (project, message) => {
    await writeFile(join(folder, 'dbt_project.yml'), project);
    await expect(prepare(GENERATED)).rejects.toThrow(message);
  });

  test('is refused where no project is', async () => {
    await rm(join(folder, 'dbt_project.yml'));
    await expect(prepare(GENERATED)).rejects.toThrow(/no dbt project at .*project-dir/);
  });
});

describe("the user's profile", () => {
  const USERS = `config:
  partial_parse: true
shop_profile:
  target: "{{ env_var('TARGET', 'prod') }}"
  outputs:
    prod: { type: snowflake, account: acc, schema: PUBLIC, threads: 16, password: "{{ env_var('SNOWFLAKE_PASSWORD') }}" }
    dev: { type: snowflake, account: acc, schema: DEV }
`;

  test('changes only in schema and query tag, in a private copy', async () => {
    await mkdir(join(folder, 'profiles'));
    await writeFile(join(folder, 'profiles', 'profiles.yml'), USERS);
    const profile = await prepare({ ...GENERATED, profilesDir: join(folder, 'profiles') });
    const own = { schema: "{{ env_var('BLUE_GREEN_SCHEMA') }}", query_tag: "{{ env_var('BLUE_GREEN_QUERY_TAG') }}" };
    expect(parse(await written(profile))).toEqual({
      config: { partial_parse: true },
      shop_profile: {
        target: "{{ env_var('TARGET', 'prod') }}",
        outputs: {
          prod: {
            type: 'snowflake',
            account: 'acc',
            threads: 16,
            password: "{{ env_var('SNOWFLAKE_PASSWORD') }}",
            ...own,
          },
          dev: { type: 'snowflake', account: 'acc', ...own },
        },
      },
    });
    expect(profile.targetName).toBeUndefined();
    expect(await readFile(join(folder, 'profiles', 'profiles.yml'), 'utf8')).toBe(USERS);
  });

  test("that is not there is told by the input's name", async () => {
    await expect(prepare({ ...GENERATED, profilesDir: join(folder, 'nowhere') })).rejects.toThrow(
      /profiles-dir says .*nowhere/,
    );
  });
});

describe('packages', () => {
  test('are missing when declared and not installed', async () => {
    expect(await lacksPackages(folder)).toBe(false);
    await writeFile(join(folder, 'dependencies.yml'), 'projects:\n  - name: other\n');
    expect(await lacksPackages(folder)).toBe(false);
    await writeFile(join(folder, 'packages.yml'), 'packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n');
    expect(await lacksPackages(folder)).toBe(true);
    await mkdir(join(folder, 'dbt_packages', 'dbt_utils'), { recursive: true });
    expect(await lacksPackages(folder)).toBe(false);
    await writeFile(join(folder, 'dbt_project.yml'), 'name: shop\npackages-install-path: elsewhere\n');
    expect(await lacksPackages(folder)).toBe(true);
  });
});
