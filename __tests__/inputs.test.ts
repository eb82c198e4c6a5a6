import { describe, expect, test } from '@jest/globals';
import { baselineSchema, deploymentId, snapshotSchema } from '../src/deployment/schema-names.js';
import { MODES, readInputs } from '../src/inputs.js';
import type { Inputs } from '../src/inputs.js';
import { quoteSchema } from '../src/snowflake/identifiers.js';
import { messageFrom, sourceOf } from './support/inputs.js';

const BASE = { account: 'myorg-account1', user: 'DEPLOYER', database: 'analytics', token: 's3cr3t-token' };

function read(inputs: Readonly<Record<string, string>>): Inputs {
  return readInputs(sourceOf({ ...BASE, mode: 'status', ...inputs }));
}

function refused(inputs: Readonly<Record<string, string>>): string {
  return messageFrom(() => read({ 'github-token': 's3cr3t-github', ...inputs }));
}

describe('nothing but what is required', () => {
  const common = {
    project: {
      projectDir: '.',
      productionBranch: 'prod',
      database: 'ANALYTICS',
      productionSchema: 'PUBLIC',
      upcomingSchema: 'PUBLIC_UPCOMING',
      dbtVars: {},
    },
    dbt: { executable: 'dbt', profilesDir: undefined, targetName: 'prod', threads: 4 },
    github: { token: '', pullRequest: undefined, comment: true, check: true, environment: undefined },
    sampleIds: 'hashed',
    verification: { mode: 'enforce', limits: '', maxBytes: '' },
    sampleValues: false,
    verifySql: [],
    deploymentId: undefined,
    lockTimeoutMinutes: 10,
    dryRun: false,
  };
  const planInputs = {
    headRef: undefined,
    scope: 'incremental',
    select: [],
    exclude: [],
    rebuild: 'changed',
    onProtected: 'fail',
    allowProductionNames: [],
    acceptRejected: false,
  };
  const buildInputs = {
    ...planInputs,
    allow: new Set(),
    newSchemaGrants: 'none',
    onWaiting: 'supersede',
    resume: 'dead',
    timeoutMinutes: undefined,
  };
  const swapInputs = { maxAgeHours: 72, onUntested: 'keep', afterSuccess: 'keep' };
  const own: Readonly<Record<(typeof MODES)[number], object>> = {
    plan: planInputs,
    build: buildInputs,
    verify: {},
    swap: swapInputs,
    deploy: { ...buildInputs, ...swapInputs },
    rollback: { to: undefined, carry: 'all', reason: undefined },
    cleanup: { olderThanDays: 7, keep: 1 },
    status: { waitMinutes: 0 },
    uninstall: {},
  };
  test.each(MODES)('mode %s', (mode) => {
    const { connection, ...rest } = read({ mode });
    expect(rest).toEqual({ mode, ...common, ...own[mode] });
    expect(connection.database).toBe('ANALYTICS');
  });
});

describe('everything given', () => {
  test('deploy', () => {
    const inputs = read({
      mode: 'deploy',
      'project-dir': 'warehouse/dbt',
      'profiles-dir': 'warehouse/profiles',
      target: 'live',
      threads: '16',
      vars: '{"start_date": "2026-01-01", "nested": {"a": [1]}}',
      dbt: 'dbtf',
      'production-schema': 'events',
      'upcoming-schema': '"Events ""next"""',
      'production-branch': 'main',
      'head-ref': 'refs/heads/x',
      'deployment-id': '20261122_153045_ABCDEF0',
      scope: 'all',
      select: 'tag:nightly,+orders\r\n  path:models/Größe/*  @x"y\'$(z)\n',
      exclude: 'config.materialized:view',
      rebuild: 'everything',
      'on-protected': 'warn',
      allow: 'streams\n\n  Dynamic Tables  \r\nTASKS',
      'allow-production-names': 'model.shop.a\n  macro.shop.b\n',
      'on-waiting': 'fail',
      'accept-rejected': 'TRUE',
      'lock-timeout': '30',
      'dry-run': 'true',
      'timeout-minutes': '340',
      'max-age': '1',
      'verify-sql': 'checks/a.sql\nchecks/b..c.sql',
      'on-untested': 'rollback',
      'after-success': 'retire',
      'github-token': 'ghs',
      'pull-request': '7',
      comment: 'false',
      check: 'false',
      environment: 'analytics',
      'sample-ids': 'plain',
      'sample-values': 'true',
    });
    expect(inputs).toMatchObject({
      mode: 'deploy',
      project: {
        projectDir: 'warehouse/dbt',
        productionBranch: 'main',
        productionSchema: 'EVENTS',
        upcomingSchema: 'Events "next"',
        dbtVars: { start_date: '2026-01-01', nested: { a: [1] } },
      },
      dbt: {
        executable: 'dbtf',
        profilesDir: 'warehouse/profiles',
        targetName: 'live',
        threads: 16,
      },
      github: { token: 'ghs', pullRequest: 7, comment: false, check: false, environment: 'analytics' },
      sampleIds: 'plain',
      sampleValues: true,
      verifySql: ['checks/a.sql', 'checks/b..c.sql'],
      deploymentId: '20261122_153045_ABCDEF0',
      lockTimeoutMinutes: 30,
      dryRun: true,
      headRef: 'refs/heads/x',
      scope: 'all',
      select: ['tag:nightly,+orders', 'path:models/Größe/*', '@x"y\'$(z)'],
      exclude: ['config.materialized:view'],
      rebuild: 'everything',
      onProtected: 'warn',
      allow: new Set(['STREAMS', 'DYNAMIC TABLES', 'TASKS']),
      allowProductionNames: ['model.shop.a', 'macro.shop.b'],
      acceptRejected: true,
      onWaiting: 'fail',
      timeoutMinutes: 340,
      maxAgeHours: 1,
      onUntested: 'rollback',
      afterSuccess: 'retire',
    });
  });

  test('the longest production schema of which every name can be made', () => {
    const name = 'X'.repeat(222);
    const {
      database,
      productionSchema: production,
      upcomingSchema: upcoming,
    } = read({ 'production-schema': name }).project;
    const id = deploymentId(new Date(), 'abcdef0');
    expect(quoteSchema(baselineSchema({ database, production, upcoming }, id))).toContain(id);
    expect(quoteSchema(snapshotSchema({ database, production, upcoming }, new Date()))).toContain(name);
  });

  test('rollback and cleanup', () => {
    const rollback = { mode: 'rollback', to: 'public_snapshot_2026_11_22_153045', carry: 'none', reason: 'prices' };
    expect(read(rollback)).toMatchObject({ to: 'PUBLIC_SNAPSHOT_2026_11_22_153045', carry: 'none', reason: 'prices' });
    expect(read({ mode: 'cleanup', 'older-than': '0', keep: '3' })).toMatchObject({ olderThanDays: 0, keep: 3 });
    expect(read({ mode: 'status', wait: '30' })).toMatchObject({ waitMinutes: 30 });
  });

  test('the upcoming schema follows the name of the production schema', () => {
    expect(read({ 'production-schema': '"events"' }).project.upcomingSchema).toBe('events_UPCOMING');
  });
});

describe('what is wrong is said with input, value and remedy, and nothing secret', () => {
  test.each([
    ['mode', '', {}, 'plan, build, verify, swap, rollback, cleanup, status, uninstall, deploy'],
    ['mode', 'Deploy', {}, 'plan, build, verify, swap, rollback, cleanup, status, uninstall, deploy'],
    ['production-schema', 'my schema', {}, '"my schema" with its double quotes'],
    ['production-schema', 'public; drop schema x', {}, 'double quotes'],
    ['production-schema', 'X'.repeat(223), {}, 'not longer than 222 characters'],
    ['upcoming-schema', 'PUBLIC', {}, 'another schema'],
    ['upcoming-schema', 'a.b', {}, 'double quotes'],
    ['upcoming-schema', `"${'x'.repeat(256)}"`, {}, 'double quotes'],
    ['upcoming-schema', 'PUBLIC_DEPLOYMENTS', {}, 'another schema'],
    ['upcoming-schema', 'PUBLIC_SNAPSHOT_2026_11_22_153045', {}, 'another schema'],
    ['project-dir', '../elsewhere', {}, 'relative to the top of the repository'],
    ['project-dir', '/srv/dbt', {}, 'relative to the top of the repository'],
    ['profiles-dir', 'a/../../b', {}, 'relative to the top of the repository'],
    ['profiles-dir', String.raw`a\..\b`, {}, 'relative to the top of the repository'],
    ['verify-sql', '../secrets.sql', {}, 'relative to the top of the repository'],
    ['threads', '0', {}, 'threads: 4'],
    ['threads', '-1', {}, 'threads: 4'],
    ['threads', '1e3', {}, 'threads: 4'],
    ['threads', '4.5', {}, 'threads: 4'],
    ['threads', 'many', {}, 'threads: 4'],
    ['threads', '9'.repeat(17), {}, 'threads: 4'],
    ['vars', '{start: 1}', {}, '{"start_date"'],
    ['vars', '[1]', {}, '{"start_date"'],
    ['vars', 'null', {}, '{"start_date"'],
    ['vars', '"text"', {}, '{"start_date"'],
    ['pull-request', '#7', {}, 'pull-request: 1'],
    ['pull-request', '0', {}, 'pull-request: 1'],
    ['comment', 'yes', {}, 'comment: true or comment: false'],
    ['check', 'on', {}, 'check: true or check: false'],
    ['sample-ids', 'all', {}, 'plain, hashed, none'],
    ['sample-values', 'yes', {}, 'sample-values: true or sample-values: false'],
    ['sample-values', 'true', { 'sample-ids': 'none' }, '"hashed" or "plain"'],
    ['lock-timeout', '0', {}, 'lock-timeout: 1'],
    ['timeout-minutes', '0', { mode: 'build' }, 'timeout-minutes: 1'],
    ['timeout-minutes', '5h', { mode: 'build' }, 'timeout-minutes: 1'],
    ['timeout-minutes', '7201', { mode: 'build' }, "the job's own timeout-minutes"],
    ['timeout-minutes', '340', { mode: 'build', resume: 'never' }, 'leave one of the two out'],
    ['scope', 'full', { mode: 'plan' }, 'incremental, all'],
    ['select', '--full-refresh', { mode: 'plan' }, 'select: tag:nightly +orders'],
    ['exclude', '-x', { mode: 'build' }, 'exclude: tag:nightly +orders'],
    ['select', 'a\u0007b', { mode: 'plan' }, 'dbt'],
    ['rebuild', 'all', { mode: 'plan' }, 'changed, everything'],
    ['on-protected', 'ignore', { mode: 'build' }, 'fail, warn'],
    ['accept-rejected', '1', { mode: 'plan' }, 'accept-rejected: true'],
    ['allow', 'functions', { mode: 'build' }, 'streams, tasks, pipes, dynamic tables'],
    ['on-waiting', 'wait', { mode: 'build' }, 'supersede, fail'],
    ['new-schema-grants', 'all', { mode: 'build' }, 'none, as-main'],
    ['max-age', '0', { mode: 'swap' }, 'max-age: 1'],
    ['max-age', '3d', { mode: 'deploy' }, 'max-age: 1'],
    ['on-untested', 'ignore', { mode: 'swap' }, 'keep, rollback'],
    ['after-success', 'drop', { mode: 'swap' }, 'keep, retire'],
    ['to', 'public snapshot', { mode: 'rollback' }, 'double quotes'],
    ['carry', 'some', { mode: 'rollback' }, 'all, none'],
    ['older-than', '-1', { mode: 'cleanup' }, 'older-than: 7'],
    ['keep', '0', { mode: 'cleanup' }, 'keep: 1'],
    ['wait', '-1', { mode: 'status' }, 'wait: 0'],
  ])('%s: %j', (input, value, mode, remedy) => {
    const message = refused({ ...mode, [input]: value });
    expect(message).toMatch(new RegExp(`^Input "${input}": "`));
    expect(message).toContain(value);
    expect(message).toContain(remedy);
    expect(message).toContain('Nothing was changed.');
    expect(message).not.toContain('s3cr3t');
  });

  test('an identifier keeps its cause', () => {
    let cause: unknown;
    try {
      read({ 'production-schema': 'my schema' });
    } catch (error) {
      cause = error instanceof Error ? error.cause : undefined;
    }
    expect(cause).toBeInstanceOf(RangeError);
  });

  test('inputs of other modes are not read', () => {
    expect(read({ mode: 'status', keep: 'x', scope: 'x', carry: 'x', 'max-age': 'x' }).mode).toBe('status');
  });

  test('the connection is checked in every mode', () => {
    for (const mode of MODES) expect(refused({ mode, account: '' })).toContain('"account"');
  });
});
