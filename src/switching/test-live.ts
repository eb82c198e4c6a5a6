import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { Code } from '../running/code.js';
import { runCustomChecks } from '../running/custom-checks.js';
import { dbtCommand } from '../running/dbt-steps.js';
import { judgeTests } from '../verification/tests.js';
import type { TestVerdict } from '../verification/verdict.js';
import type { SwitchJob } from './job.js';

/**
 * What the tests after the swap say. `failed`: a test that passed in blue finds failures now. `untested`: tests could not run,
 * also on a second try.
 */
export type LiveTests =
  | { readonly kind: 'passed'; readonly tests: readonly TestVerdict[] }
  | { readonly kind: 'failed'; readonly tests: readonly TestVerdict[]; readonly failed: readonly TestVerdict[] }
  | { readonly kind: 'untested'; readonly tests: readonly TestVerdict[]; readonly broken: readonly TestVerdict[] };

/** Tests of rebuilt models and their readers, and the custom checks, against production. */
export async function testLive(job: SwitchJob, code: Code, former: SchemaSeen | undefined): Promise<LiveTests> {
  const first = await runTests(job, code, former, 'Tests after the swap');
  const judged = judge(job, first);
  if (judged.kind !== 'untested') return judged;
  job.tools.log.info(`${judged.broken.length} tests could not run; once more.`);
  return judge(job, await runTests(job, code, former, 'Tests after the swap, second try'));
}

async function runTests(
  { tools, pair, record, verifySql }: SwitchJob,
  code: Code,
  former: SchemaSeen | undefined,
  title: string,
): Promise<readonly TestVerdict[]> {
  const { plan } = record;
  const dbtTests =
    plan.tests.length === 0
      ? []
      : judgeTests(
          plan.tests,
          await tools.dbt.run(dbtCommand(tools, code, pair.production, 'test', plan.tests, title), tools.signal),
        );
  const old = former?.name ?? upcomingSchema(pair);
  const checks = await runCustomChecks(tools, code, plan.rebuilt.length === 0 ? [] : verifySql, {
    new: productionSchema(pair),
    old,
  });
  return [...dbtTests, ...checks];
}

function judge({ record }: SwitchJob, tests: readonly TestVerdict[]): LiveTests {
  const before = new Map(record.verdict?.tests.map(({ uniqueId, status }) => [uniqueId, status]));
  // A test that failed or warned in blue already was judged there; only one that passed can be broken by the swap.
  const failed = tests.filter(
    ({ uniqueId, status }) => status === 'fail' && (before.get(uniqueId) ?? 'pass') === 'pass',
  );
  if (failed.length > 0) return { kind: 'failed', tests, failed };
  const broken = tests.filter(({ status }) => status === 'error');
  return broken.length > 0 ? { kind: 'untested', tests, broken } : { kind: 'passed', tests };
}
