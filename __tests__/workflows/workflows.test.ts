import { describe, expect, test } from '@jest/globals';
import { MODES } from '../../src/inputs.js';
import {
  actionSteps,
  all,
  callers,
  examples,
  jobsOf,
  metadata,
  own,
  readWorkflow,
  reusable,
} from './workflow-files.js';
import type { Job, Workflow } from './workflow-files.js';

/** An example, and the reusable workflow that does the same. */
const pairs = [
  ['deploy.yml', 'reusable-deploy.yml'],
  ['deploy-in-one-job.yml', 'reusable-deploy-in-one-job.yml'],
  ['hourly.yml', 'reusable-scheduled-run.yml'],
  ['rollback.yml', 'reusable-rollback.yml'],
  ['cleanup.yml', 'reusable-cleanup.yml'],
  ['plan.yml', 'reusable-plan.yml'],
].map(
  ([example = '', called = '']) =>
    [readWorkflow(`examples/workflows/${example}`), readWorkflow(`.github/workflows/${called}`)] as const,
);
const deploying = [...examples, ...reusable];

test('no workflow is left out here', () => {
  expect(pairs.map(([example]) => example.file).sort()).toEqual(examples.map(({ file }) => file).sort());
  expect(pairs.map(([, called]) => called.file).sort()).toEqual(reusable.map(({ file }) => file).sort());
  expect([callers.length, own.length]).toEqual([5, 5]);
});

describe('what they use of this action', () => {
  const steps = jobsOf(deploying).flatMap(([where, job]) => actionSteps(job).map((step) => [where, step] as const));

  test.each(steps)('%s: inputs and mode are those of action.yml', (_, { with: given = {} }) => {
    expect(Object.keys(metadata.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    expect(MODES).toContain(given['mode']);
    expect(given).toHaveProperty('private-key');
  });

  test.each(deploying.map((workflow) => [workflow.file, workflow] as const))(
    '%s: outputs are those of action.yml',
    (_, workflow) => {
      const ids = jobsOf([workflow]).flatMap(([, job]) => actionSteps(job).map(({ id }) => id));
      const asked = [...workflow.text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
      for (const [, step, output] of asked) {
        expect(ids).toContain(step);
        expect(Object.keys(metadata.outputs)).toContain(output);
      }
    },
  );

  test('every mode that a workflow needs is in one', () => {
    const modes = new Set(jobsOf(examples).flatMap(([, job]) => actionSteps(job).map((step) => step.with?.['mode'])));
    expect([...modes].sort()).toEqual(['build', 'cleanup', 'deploy', 'plan', 'rollback', 'status', 'swap']);
  });
});

describe('what each job may do and wait for', () => {
  test.each(all.map((workflow) => [workflow.file, workflow] as const))('%s: rights are given by job', (_, workflow) => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) expect(job.permissions).toBeDefined();
  });

  test.each(jobsOf(deploying))('%s: has a group of its own and cancels nothing', (_, job) => {
    expect(job.concurrency?.['cancel-in-progress']).toBe(false);
    expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test.each([examples, reusable])('a rollback waits for nothing that waits for a person', (...workflows) => {
    const jobs = jobsOf(workflows);
    expect(workflows.filter(({ concurrency }) => concurrency !== undefined)).toEqual([]);
    const groups = jobs.map(([, job]) => job.concurrency?.group);
    expect(new Set(groups).size).toBe(groups.length);
    const waiting = jobs.filter(([, job]) => job.environment !== undefined);
    expect(waiting.map(([where]) => where)).toEqual([expect.stringMatching(/deploy\.yml: swap$/)]);
    // Of two that wait, neither holds up the other.
    for (const [, job] of waiting) expect(job.concurrency?.group).toContain('needs.build.outputs.deployment-id');
  });

  const ALLOWED: Readonly<Record<string, Job['permissions']>> = {
    build: { contents: 'read', 'pull-requests': 'write', checks: 'write' },
    swap: { contents: 'write', 'pull-requests': 'write', checks: 'write' },
    deploy: { contents: 'write', 'pull-requests': 'write', checks: 'write' },
    rollback: { contents: 'write', 'pull-requests': 'write', checks: 'write' },
    plan: { contents: 'read', 'pull-requests': 'write' },
    status: { contents: 'read' },
    cleanup: { contents: 'read' },
  };
  test.each(jobsOf(deploying).filter(([, job]) => actionSteps(job).length > 0))(
    '%s: may do what its mode needs',
    (_, job) => {
      expect(actionSteps(job).map((step) => ALLOWED[String(step.with?.['mode'])])).toEqual([job.permissions]);
    },
  );
});

describe('what they take from elsewhere', () => {
  const uses = all.flatMap(({ file, text }) =>
    [...text.matchAll(/uses: (\S+)(.*)/g)].map(([, what = '', rest = '']) => ({ file, what, rest })),
  );

  test('everything is pinned to a commit, with its version beside it', () => {
    expect(uses.filter(({ what, rest }) => !/@[0-9a-f]{40}$/.test(what) || !/^ # v\d+\.\d+\.\d+$/.test(rest))).toEqual(
      [],
    );
  });

  test('one action has one version everywhere', () => {
    const versions = new Map<string, Set<string>>();
    for (const { what, rest } of uses) {
      const [name = '', commit = ''] = what.split('@');
      versions.set(name, (versions.get(name) ?? new Set()).add(`${commit}${rest}`));
    }
    expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  test('no checkout leaves the token behind: the action itself carries the one that it is given', () => {
    const checkouts = jobsOf(all).flatMap(([where, job]) =>
      (job.steps ?? [])
        .filter((step) => step.uses?.startsWith('actions/checkout@'))
        .map((step) => [where, step.with] as const),
    );
    expect(checkouts.length).toBeGreaterThan(20);
    expect(checkouts.filter(([, given]) => given?.['persist-credentials'] !== false)).toEqual([]);
  });
});

describe('examples and reusable workflows do the same', () => {
  test.each(pairs.map(([example, called]) => [example.file, example, called] as const))('%s', (_, example, called) => {
    const shape = ({ jobs }: Workflow) =>
      Object.values(jobs).map(({ permissions, environment, steps = [] }) => ({
        permissions,
        waits: environment !== undefined,
        steps: steps.map(({ uses, with: given }) => [uses, given?.['mode']]),
      }));
    expect(shape(called)).toEqual(shape(example));
  });

  test.each(callers.map((workflow) => [workflow.file, workflow] as const))(
    '%s gives what is asked for',
    (_, workflow) => {
      for (const job of Object.values(workflow.jobs)) {
        const called = readWorkflow(
          String(job.uses)
            .replace(/^[\w-]+\/[\w-]+\//, '')
            .replace(/@.*/, ''),
        );
        const asked = called.on.workflow_call;
        const required = Object.entries(asked?.inputs ?? {}).filter(([, input]) => input.required === true);
        expect(Object.keys(asked?.inputs ?? {})).toEqual(expect.arrayContaining(Object.keys(job.with ?? {})));
        expect(Object.keys(job.with ?? {})).toEqual(expect.arrayContaining(required.map(([name]) => name)));
        expect(Object.keys(job.secrets ?? {})).toEqual(Object.keys(asked?.secrets ?? {}));
        // GitHub refuses to start a called job that asks for more than the calling one has.
        for (const { permissions = {} } of Object.values(called.jobs)) {
          for (const [name, right] of Object.entries(permissions)) {
            expect([right, 'write']).toContain(job.permissions?.[name]);
          }
        }
      }
    },
  );
});

describe('plan.yml', () => {
  test.each(pairs.filter(([{ file }]) => file.endsWith('/plan.yml'))[0] ?? [])(
    'each pull request gets a plan or a reason',
    ({ jobs }) => {
      const [plan, reason] = Object.values(jobs).map((job) => String((job as { readonly if?: string }).if));
      expect(plan).toContain('head.repo.full_name == github.repository &&');
      expect(plan).toContain("user.login != 'dependabot[bot]'");
      expect(reason).toBe(plan?.replace('==', '<>').replace('!=', '==').replace('<>', '!=').replace('&&', '||'));
      expect(JSON.stringify(jobs['no-plan'])).not.toContain('secrets.');
    },
  );
});
