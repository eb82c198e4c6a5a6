import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './places.js';

/** The names of docs/snowflake-setup.sql that everybody replaces by their own. */
export interface SetupNames {
  readonly database: string;
  readonly warehouse: string;
  readonly deployRole: string;
  readonly deployUser: string;
  readonly readerRole: string;
  /** One line, as CREATE USER takes it. */
  readonly publicKey: string;
}

/** The statements of docs/snowflake-setup.sql, one by one, with its names replaced as its head says. */
export function setupStatements(names: SetupNames): readonly string[] {
  const replacements: Readonly<Record<string, string>> = {
    ANALYTICS: names.database,
    DBT_WAREHOUSE: names.warehouse,
    DEPLOYER: names.deployRole,
    DEPLOY_BOT: names.deployUser,
    BI_READER: names.readerRole,
    RSA_PUBLIC_KEY: names.publicKey,
  };
  const text = readFileSync(join(REPOSITORY, 'docs', 'snowflake-setup.sql'), 'utf8').replaceAll(/^\s*--.*$/gm, '');
  return text
    .split(';')
    .map((statement) => statement.trim().replaceAll(/\b[A-Z_]+\b/g, (word) => replacements[word] ?? word))
    .filter((statement) => statement !== '');
}
