import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ActionableError } from '../errors.js';
import type { Connection, Credential } from '../snowflake/connection.js';
import type { DbtScope } from './dbt.js';
import { asObject, objectAt } from './json-values.js';
import type { JsonObject } from './json-values.js';
import { parseYaml, readProjectFile } from './project-file.js';

export interface ProfileSettings {
  /** The target that production uses; undefined: the default of the user's profile, or `prod` in a generated one. */
  readonly targetName: string | undefined;
  /** Models at a time; undefined: 4, or what the user's profile says. */
  readonly threads: number | undefined;
  /** Folder of the user's own profiles.yml; undefined: one is generated from the connection. */
  readonly profilesDir: string | undefined;
}

/** A profile on disk for one dbt command. */
export interface PreparedProfile {
  readonly directory: string;
  readonly targetName: string | undefined;
  /** Values for the `env_var()` references of the profile. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Where the values come from. dbt keeps values of DBT_ENV_SECRET_* out of its logs and out of reach of models. */
const VARIABLES = {
  account: 'BLUE_GREEN_ACCOUNT',
  user: 'BLUE_GREEN_USER',
  role: 'BLUE_GREEN_ROLE',
  warehouse: 'BLUE_GREEN_WAREHOUSE',
  database: 'BLUE_GREEN_DATABASE',
  schema: 'BLUE_GREEN_SCHEMA',
  query_tag: 'BLUE_GREEN_QUERY_TAG',
  private_key: 'DBT_ENV_SECRET_BLUE_GREEN_PRIVATE_KEY',
  private_key_passphrase: 'DBT_ENV_SECRET_BLUE_GREEN_PASSPHRASE',
  token: 'DBT_ENV_SECRET_BLUE_GREEN_TOKEN',
} as const;

type Field = keyof typeof VARIABLES;
type Fields = Partial<Record<Field, string>>;

const DEFAULT_TARGET = 'prod';
const DEFAULT_THREADS = 4;

/**
 * Writes profiles.yml into a folder of its own (0700, file 0600) inside `tempDir`. Only `schema`, the query tag and, if asked,
 * the number of threads differ from what production's runs use: models that look at `target.name` must behave as there.
 * @throws ActionableError when the project or the user's profile does not say what is needed.
 */
export async function prepareProfile(
  tempDir: string,
  scope: DbtScope,
  connection: Connection,
  settings: ProfileSettings,
  queryTag: string | undefined,
): Promise<PreparedProfile> {
  const { profile } = await readProjectFile(scope.projectDir);
  const own: Fields = { schema: scope.schema, ...(queryTag === undefined ? {} : { query_tag: queryTag }) };
  const { content, fields } =
    settings.profilesDir === undefined
      ? await generate(requireName(profile, scope), connection, settings, own)
      : { content: await adapt(settings.profilesDir, settings, own), fields: own };
  // mkdtemp makes the folder 0700.
  await mkdir(tempDir, { recursive: true });
  const directory = await mkdtemp(join(tempDir, 'dbt-profile-'));
  await writeFile(join(directory, 'profiles.yml'), stringify(content), { mode: 0o600 });
  return {
    directory,
    targetName: settings.profilesDir === undefined ? (settings.targetName ?? DEFAULT_TARGET) : settings.targetName,
    environment: Object.fromEntries(Object.entries(fields).map(([field, value]) => [VARIABLES[field as Field], value])),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function requireName(profile: string | undefined, scope: DbtScope): string {
  if (profile !== undefined) return profile;
  throw new ActionableError(
    `dbt_project.yml in ${scope.projectDir} names no profile (or computes its name), so none can be written for it. Nothing was changed. ` +
      'Add a line "profile: <name>", or keep a profiles.yml and give its folder as the input profiles-dir.',
  );
}

async function generate(
  profile: string,
  connection: Connection,
  settings: ProfileSettings,
  own: Fields,
): Promise<{ content: JsonObject; fields: Fields }> {
  const fields: Fields = {
    account: connection.account,
    user: connection.user,
    ...(connection.role === undefined ? {} : { role: connection.role }),
    ...(connection.warehouse === undefined ? {} : { warehouse: connection.warehouse }),
    database: connection.database,
    ...(await secretFields(connection.credential)),
    ...own,
  };
  const output = {
    type: 'snowflake',
    ...references(fields),
    ...authenticatorOf(connection.credential),
    ...addressOf(connection.accessUrl),
    threads: settings.threads ?? DEFAULT_THREADS,
    // A full refresh lasts hours, longer than an idle session lives; dbt turns reuse off when it keeps sessions alive.
    client_session_keep_alive: true,
    reuse_connections: true,
  };
  const target = settings.targetName ?? DEFAULT_TARGET;
  return { content: { [profile]: { target, outputs: { [target]: output } } }, fields };
}

/** The user's profile with only our own fields changed, in every output, since the target may be computed. */
async function adapt(profilesDir: string, settings: ProfileSettings, own: Fields): Promise<JsonObject> {
  const path = join(profilesDir, 'profiles.yml');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ActionableError(
      `The input profiles-dir says ${profilesDir}, but ${path} could not be read. Nothing was changed. ` +
        'Give the folder that holds profiles.yml, or leave profiles-dir empty to have one written from the Snowflake inputs.',
      { cause },
    );
  }
  const threads = settings.threads === undefined ? {} : { threads: settings.threads };
  const adaptOutput = (output: unknown): JsonObject => ({ ...asObject(output), ...references(own), ...threads });
  return mapValues(asObject(parseYaml(text, path)), (profile, name) =>
    name === 'config'
      ? profile
      : { ...asObject(profile), outputs: mapValues(objectAt(asObject(profile), 'outputs'), adaptOutput) },
  );
}

function references(fields: Fields): JsonObject {
  return mapValues(fields, (_value, field) => `{{ env_var('${VARIABLES[field as Field]}') }}`);
}

async function secretFields(credential: Credential): Promise<Fields> {
  switch (credential.kind) {
    case 'key pair':
      return {
        private_key: credential.privateKey,
        ...(credential.passphrase === undefined ? {} : { private_key_passphrase: credential.passphrase }),
      };
    case 'token':
    case 'oauth':
      return { token: credential.token };
    case 'workload identity':
      return { token: await credential.fetchToken() };
  }
}

/** https://docs.getdbt.com/docs/core/connect-data-platform/snowflake-setup */
function authenticatorOf(credential: Credential): JsonObject {
  switch (credential.kind) {
    case 'key pair':
      return {};
    case 'token':
      return { authenticator: 'programmatic_access_token' };
    case 'oauth':
      return { authenticator: 'oauth' };
    case 'workload identity':
      return { authenticator: 'workload_identity', workload_identity_provider: 'OIDC' };
  }
}

function addressOf(accessUrl: URL | undefined): JsonObject {
  if (accessUrl === undefined) return {};
  const protocol = accessUrl.protocol.replace(':', '');
  const port = accessUrl.port === '' ? (protocol === 'http' ? 80 : 443) : Number(accessUrl.port);
  return { host: accessUrl.hostname, port, protocol };
}

function mapValues(object: JsonObject, map: (value: unknown, key: string) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
