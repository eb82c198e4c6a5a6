import { expect, test } from '@jest/globals';
import { dbtEnvironment } from '../../src/dbt/environment.js';

test('dbt sees the job, but nothing that changes what it does and no secret of this action', () => {
  const job = {
    PATH: '/usr/bin',
    RUNNER_TRACKING_ID: 'github_1',
    SNOWFLAKE_DATABASE: 'ANALYTICS',
    DBT_OF_OUR_OWN: 'kept: a project may name its variables so',
    DBT_ENV_SECRET_GIT_TOKEN: 'kept: for private packages',
    DBT_FULL_REFRESH: '1',
    DBT_DEFER: '1',
    DBT_STATE: 'elsewhere',
    DBT_EMPTY: '1',
    DBT_ENGINE_FAIL_FAST: '1',
    'INPUT_PRIVATE-KEY': 'secret',
    STATE_lock: 'x',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
    GITHUB_OUTPUT: '/runner/output',
    GITHUB_SHA: 'abc',
    UNSET: undefined,
  };
  expect(Object.keys(dbtEnvironment(job, { BLUE_GREEN_SCHEMA: 'PUBLIC_UPCOMING' })).sort()).toEqual([
    'BLUE_GREEN_SCHEMA',
    'DBT_ENV_SECRET_GIT_TOKEN',
    'DBT_OF_OUR_OWN',
    'GITHUB_SHA',
    'PATH',
    'PYTHONUNBUFFERED',
    'RUNNER_TRACKING_ID',
    'SNOWFLAKE_DATABASE',
  ]);
});
