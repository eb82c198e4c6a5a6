/** Where the parts of this repository lie that the tests run as programs. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** The runtime that action.yml names, whatever Node runs the tests. */
export const NODE_24 = join(REPOSITORY, 'node_modules', '.bin', 'node');
export const PACKAGED_ACTION = join(REPOSITORY, 'dist', 'index.cjs');
export const PYTHON = join(REPOSITORY, '.venv', 'bin', 'python');
/** Folder of the `dbt` that the schedule of a shop runs, which builds: of another version there may be no driver. */
export const SCHEDULED_PROGRAMS = process.env['WARM_DBT'] ?? join(REPOSITORY, '.venv', 'bin');
/** Folder of the `dbt` that the action finds: that of another version where `TESTED_DBT` names its environment. */
export const TESTED_PROGRAMS =
  process.env['TESTED_DBT'] === undefined ? SCHEDULED_PROGRAMS : join(REPOSITORY, process.env['TESTED_DBT'], 'bin');
export const LOCAL_SNOWFLAKE = join(REPOSITORY, 'local-snowflake');
