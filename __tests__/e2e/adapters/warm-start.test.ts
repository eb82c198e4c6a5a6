/** A command of dbt gives the same, started by itself and started from a Python that has imported dbt. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDbt } from '../../../src/dbt/command.js';
import type { DisposableDbt } from '../../../src/dbt/command.js';
import type { DbtScope } from '../../../src/dbt/dbt.js';
import { explain } from '../../../src/errors.js';
import { RecordingLog } from '../../support/recording-log.js';
import { REPOSITORY } from '../support/places.js';
import { localSnowflakeOfThisWorker } from '../support/local-snowflake.js';
import { createDeployer } from './deployer.js';
import { writeDbtProject } from './dbt-project.js';

const SCHEMA = 'PUBLIC_UPCOMING';
/** Deprecated configurations, which dbt's validation finds, end the parse. */
const WARN_ERROR = '{"include": ["CustomKeyInConfigDeprecation"]}';
const IMPORTED = /^debug: dbt 1\.\d+\.\S+ is imported/m;

interface Way {
  readonly dbt: DisposableDbt;
  readonly log: RecordingLog;
}

let projectDir: string;
let cold: Way;
let warm: Way;

beforeAll(async () => {
  projectDir = await writeDbtProject({
    // Files of the project that would stand in the way of modules, were its folder one that Python looks into.
    'yaml.py': 'raise SystemExit("imported from the project")\n',
    'dbt.py': 'raise SystemExit("imported from the project")\n',
    'models/surroundings.sql': `select '{{ env_var("HOME") }}' as home, '{{ env_var("SHOP", "none") }}' as shop,
  '{{ modules.re.sub(" .*", "", invocation_args_dict.which) }}' as command, '{{ var("greeting") }}' as greeting\n`,
  });
  const connection = await createDeployer(localSnowflakeOfThisWorker());
  const open = (name: string): Way => {
    const log = new RecordingLog();
    const dbt = createDbt({
      executable: join(REPOSITORY, process.env['TESTED_DBT'] ?? '.venv', 'bin', 'dbt'),
      connection,
      profile: { targetName: 'live', threads: 2, profilesDir: undefined },
      vars: { greeting: 'größe' },
      tempDir: join(projectDir, name),
      log,
      env: {
        ...process.env,
        SHOP: 'ours',
        DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
        DBT_WARN_ERROR_OPTIONS: WARN_ERROR,
      },
    });
    return { dbt, log };
  };
  [cold, warm] = [open('cold'), open('warm')];
  warm.dbt.warmUp();
});

afterAll(async () => {
  await warm.dbt.dispose();
  await cold.dbt.dispose();
  await rm(projectDir, { recursive: true });
});

/** A manifest without what differs from one run of dbt to the next: times, ids, and the folder that it was written to. */
async function parsed({ dbt }: Way, name: string, parse: 'parse' | 'parseChecked' = 'parse'): Promise<unknown> {
  const targetPath = join(projectDir, 'parsed', name);
  await dbt[parse]({ projectDir, schema: SCHEMA, targetPath });
  const manifest = (await readFile(join(targetPath, 'manifest.json'), 'utf8'))
    .replaceAll(/"created_at":\s*[\d.]+/g, '"created_at": 0')
    .replaceAll(/"(generated_at|invocation_id|invocation_started_at|run_started_at|user_id)":\s*"[^"]+"/g, '"$1": ""');
  return JSON.parse(manifest);
}

describe('both ways', () => {
  test('give the same manifest', async () => {
    const manifest = await parsed(warm, 'warm');
    expect(warm.log.lines.join('\n')).toMatch(IMPORTED);
    expect(manifest).toEqual(await parsed(cold, 'cold'));
    expect(cold.log.lines.join('\n')).not.toMatch(IMPORTED);
    const code = JSON.stringify(manifest);
    expect(code).toContain('modules.re.sub');
    expect(Object.keys((manifest as { nodes: object }).nodes)).toContain('model.shop.surroundings');
  });

  test('give the same manifest of code that another parse checks', async () => {
    const manifest = await parsed(warm, 'warm-checked', 'parseChecked');
    expect(manifest).toEqual(await parsed(cold, 'cold-checked', 'parseChecked'));
  });

  test('say the same version', async () => {
    const version = await warm.dbt.version();
    expect(version).toMatch(/^1\.\d+\.\d+/);
    expect(version).toBe(await cold.dbt.version());
  });

  test('list the same nodes, and warn of the same', async () => {
    const [ours, theirs] = await Promise.all(
      [warm, cold].map(({ dbt }, index) =>
        dbt.list(
          { projectDir, schema: SCHEMA, targetPath: join(projectDir, 'listed', String(index)) },
          { select: ['events+', 'nobody'], exclude: ['wrong'] },
        ),
      ),
    );
    expect(ours?.uniqueIds).toContain('model.shop.detail');
    expect(ours?.warnings).toEqual([expect.stringContaining("'nobody' does not match")]);
    expect(ours).toEqual(theirs);
  });

  test('leave the validation out only of code that another parse checks, and only warm', async () => {
    const deprecated = await writeDbtProject({
      'models/events.sql': "{{ config(materialized='table', of_our_own=true) }}\nselect 1 as id",
    });
    const refused = (parse: Promise<unknown>): Promise<boolean> =>
      parse.then(
        () => false,
        (error: unknown) => /of_our_own/.test(explain(error)),
      );
    const scope = (name: string): DbtScope => {
      return { projectDir: deprecated, schema: SCHEMA, targetPath: join(deprecated, name) };
    };
    expect(await refused(warm.dbt.parse(scope('warm')))).toBe(true);
    expect(await refused(warm.dbt.parseChecked(scope('warm-checked')))).toBe(false);
    expect(await refused(cold.dbt.parseChecked(scope('cold-checked')))).toBe(true);
    await rm(deprecated, { recursive: true });
  });

  test("tell a project's fault in the same words", async () => {
    const faulty = await writeDbtProject({ 'models/events.sql': "select * from {{ ref('nobody') }}" });
    const [ours, theirs] = await Promise.all(
      [warm, cold].map(async ({ dbt, log }, index) => {
        log.lines.length = 0;
        const scope = { projectDir: faulty, schema: SCHEMA, targetPath: join(faulty, String(index)) };
        const error = await dbt.parse(scope).catch((reason: unknown) => reason);
        return { told: explain(error), log: log.lines.filter((line) => !/registered adapter/i.test(line)) };
      }),
    );
    expect(ours?.told).toMatch(/does not parse: .*events.* depends on a node named 'nobody'/s);
    // All that it wrote, standard error included: the log of a failure shows it.
    expect(ours?.log.length).toBeGreaterThan(2);
    expect(ours).toEqual(theirs);
    await rm(faulty, { recursive: true });
  });
});
