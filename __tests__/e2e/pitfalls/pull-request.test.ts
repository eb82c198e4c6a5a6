/** The pitfalls of what a pull request changes, and of what it is told: selection, the comment, and who may command. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { renderComment } from '../../../src/report/comment.js';
import { renderJson } from '../../../src/report/json.js';
import { type Report, createReport } from '../../../src/report/model.js';
import { type Ground, World, layGround } from '../../github/world.js';
import { draft, lossy, plan, plannedNode, verdict } from '../../report/support/reports.js';
import { REPOSITORY } from '../support/places.js';
import { type Merged, Shop } from '../support/shop.js';
import { ADD_SECTION, type Changes } from '../support/shop-project.js';
import type { StepResult } from '../support/runner.js';

const VIEWS = "from {{ source('raw', 'page_views') }}";
const KEYED = "{{ config(unique_key='view_id') }}\n";

/** What is live: one model for each way in which a change can hide from a diff of model files. */
const LIVE: Changes = {
  'macros/outer.sql': '{% macro outer() %}{{ inner() }}{% endmacro %}\n',
  'macros/inner.sql': '{% macro inner() %}1{% endmacro %}\n',
  'models/by_macro.sql': `${KEYED}select view_id, {{ outer() }} as x ${VIEWS}\n`,
  'models/by_yaml.sql': `select view_id ${VIEWS}\n`,
  'models/by_yaml.yml': 'models: [{ name: by_yaml, config: { materialized: view } }]\n',
  'seeds/rates.csv': 'page_id,rate\n1,10\n',
  'models/by_seed.sql': `${KEYED}select view_id, rate ${VIEWS} join {{ ref('rates') }} using (page_id)\n`,
  'shared_1/dbt_project.yml': "name: shared\nversion: '1.0.0'\n",
  'shared_1/macros/factor.sql': '{% macro factor() %}1{% endmacro %}\n',
  'shared_2/dbt_project.yml': "name: shared\nversion: '2.0.0'\n",
  'shared_2/macros/factor.sql': '{% macro factor() %}2{% endmacro %}\n',
  'packages.yml': 'packages: [{ local: shared_1 }]\n',
  'models/by_package.sql': `${KEYED}select view_id, {{ shared.factor() }} as x ${VIEWS}\n`,
  'dbt_project.yml': (text) => `${text}\nvars:\n  step: 1\n`,
  'models/by_project.sql': `${KEYED}select view_id, {{ var('step') }} as x ${VIEWS}\n`,
  'models/parent.sql': `{{ config(materialized='ephemeral') }}\nselect view_id, 1 as x ${VIEWS}\n`,
  'models/by_ephemeral.sql': `${KEYED}select view_id, x from {{ ref('parent') }}\n`,
  'models/old_name.sql': `${KEYED}select view_id ${VIEWS}\n`,
  'models/gone.sql': `${KEYED}select view_id ${VIEWS}\n`,
  'models/untouched.sql': `${KEYED}select view_id, page_id ${VIEWS}\n`,
  'models/reports/all_views.sql': "select * from {{ ref('page_views') }}\n",
};

const CHANGED: Changes = {
  ...ADD_SECTION,
  'macros/inner.sql': '{% macro inner() %}2{% endmacro %}\n',
  'models/by_yaml.yml': 'models: [{ name: by_yaml, config: { materialized: table } }]\n',
  'seeds/rates.csv': 'page_id,rate\n1,20\n',
  'packages.yml': 'packages: [{ local: shared_2 }]\n',
  'dbt_project.yml': (text) => text.replace('step: 1', 'step: 2'),
  'models/parent.sql': (text) => text.replace('1 as x', '2 as x'),
  'models/old_name.sql': null,
  'models/new_name.sql': `${KEYED}select view_id ${VIEWS}\n`,
  'models/gone.sql': null,
};

/** What has to be rebuilt, and nothing else. */
const AFFECTED = [
  'all_views',
  'by_ephemeral',
  'by_macro',
  'by_package',
  'by_project',
  'by_seed',
  'by_yaml',
  'new_name',
  'page_views',
  'rates',
];

let shop: Shop;
let merged: Merged;
let planned: StepResult;

beforeAll(async () => {
  shop = await Shop.open(0);
  await shop.project.hotfix('One model for each blind spot', LIVE);
  await shop.project.mergeProduction();
  merged = await shop.merge('Change everything but models', CHANGED);
  planned = await shop.succeeds('plan', { scope: 'all' });
});

afterAll(() => shop.close());

describe('pitfall 9: selection blind spots', () => {
  test('a macro of a macro, only YAML, a seed, packages.yml, dbt_project.yml, an ephemeral parent, a rename: all are selected', () => {
    expect((JSON.parse(planned.outputs['models'] ?? '') as string[]).sort()).toEqual(AFFECTED);
  });

  test('a deleted model is reported, and so is the old name of a renamed one', () => {
    const { plan: made } = JSON.parse(readFileSync(planned.outputs['report-path'] ?? '', 'utf8')) as Report;
    const told = JSON.stringify(made?.notes ?? made);
    for (const name of ['gone', 'old_name']) {
      expect(told).toMatch(new RegExp(`\\b${name}\\b`));
      expect(planned.summary).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });

  test('a shallow clone with no merge base selects the same', async () => {
    const { outputs } = await shop.succeeds('plan', { scope: 'all' }, { depth: 1 });
    expect(outputs['models']).toBe(planned.outputs['models']);
  });
});

describe('pitfall 15: the comment and the command', () => {
  const bodies = (): readonly string[] => shop.github.comments(merged.pullRequest).map(({ body }) => body);

  test('a re-run updates the comment, and another target has one of its own', async () => {
    expect(bodies()).toHaveLength(1);
    const { database, deployRole } = shop.warehouse;
    await shop.admin.run(
      `create schema ${database}.OTHER`,
      `grant ownership on schema ${database}.OTHER to role ${deployRole}`,
    );
    await shop.succeeds('plan', { 'production-schema': 'OTHER' });
    const [first, second, ...more] = bodies();
    expect(more).toEqual([]);
    expect(first).toContain(`${database}.PUBLIC`);
    expect(second).toContain(`${database}.OTHER`);
    const written = shop.github.requests.filter(({ method, path }) => /comments/.test(path) && method !== 'GET');
    expect(written.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST']);
  });

  test('a crash still reports, and updates the same comment', async () => {
    await shop.server.addFault({ action: 'fail', matching: 'PUBLIC_BASELINE_', times: 1000, message: 'Out of luck' });
    const { errors, summary } = await shop.fails('build');
    await shop.server.clearFaults();
    expect(errors[0]).toContain('Out of luck');
    expect(summary).toContain('Out of luck');
    const [first, second, ...more] = bodies();
    expect(more).toEqual([]);
    expect(first).toContain('Out of luck');
    expect(second).not.toContain('Out of luck');
  });

  test('a push without a pull request reports in the job summary', async () => {
    const before = shop.github.requests.length;
    const live = await shop.project.tip('pre-prod');
    const commit = await shop.project.merge('Past every pull request', {
      'macros/inner.sql': '{% macro inner() %}3{% endmacro %}\n',
    });
    const { summary, log } = await shop.succeeds('plan', {}, { event: shop.github.push('pre-prod', live, commit) });
    expect(summary).toMatch(/by_macro/);
    expect(log).toMatch(/No merged pull request has commit|job summary only/);
    const written = shop.github.requests
      .slice(before)
      .filter(({ method, path }) => method !== 'GET' && !/graphql/.test(path));
    expect(written).toEqual([]);
  });

  test('a rollback is no command in a comment: only who may start workflows, with write permission, can ask for it', () => {
    // There is nothing that a comment could start: GitHub lets nobody without write permission start a workflow_dispatch.
    // https://docs.github.com/actions/managing-workflow-runs/manually-running-a-workflow
    const folder = join(REPOSITORY, 'examples', 'workflows');
    const workflows = readdirSync(folder).filter((name) => name.endsWith('.yml'));
    const events = workflows.map((name) => {
      const { on } = parse(readFileSync(join(folder, name), 'utf8')) as {
        readonly on: Readonly<Record<string, unknown>>;
      };
      return [name, Object.keys(on)] as const;
    });
    expect(new Map(events).get('rollback.yml')).toEqual(['workflow_dispatch']);
    expect(events.flatMap(([, on]) => on).filter((event) => /comment|review/.test(event))).toEqual([]);
  });

  describe('with 1,000 models of multi-byte names', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `größe_🦆_模型_${String(index)}_mit_langem_namen`);
    const models = names.map((name) => lossy(name));
    const report = createReport(
      draft('blocked', {
        plan: plan({ rebuilt: names.map((name) => plannedNode(name)) }),
        verdict: verdict('failed', models, {
          blockers: names.map((name) => `${name}: 300 ids missing in blue; the limit is 0.`),
        }),
      }),
    );
    let ground: Ground;
    let world: World;

    beforeAll(async () => {
      ground = await layGround();
      world = await World.on(ground);
    });

    afterAll(async () => {
      await world.stop();
      await ground.repositories.dispose();
    });

    test('the comment stays under 65,535 bytes, the whole list is kept beside it, and a re-run updates', async () => {
      for (const target of ['SHOP.PUBLIC', 'SHOP.PUBLIC', 'SHOP.OTHER', 'SHOP.PUBLIC']) {
        const delivery = await world.connect().upsertComment(world.number, target, renderComment(report));
        expect(delivery.kind).toBe('done');
      }
      const comments = world.github.comments(world.number);
      expect(comments).toHaveLength(2);
      for (const { body } of comments) {
        expect(Buffer.byteLength(body)).toBeLessThan(65_535);
        expect(body).toContain('🦆');
        expect(body).toMatch(/more models/);
      }
      const kept = JSON.parse(renderJson(report)) as Report;
      expect(kept.verdict?.models.map(({ name }) => name)).toEqual(names);
    });
  });
});
