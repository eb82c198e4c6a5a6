import { join } from 'node:path';
import type { Manifest } from '../dbt/manifest.js';
import { messageOf } from '../errors.js';
import { count, plural } from '../figures.js';
import type { Code } from '../running/code.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import { optionalText } from '../snowflake/rows.js';
import { countTestFailures } from '../snowflake/statements/checks.js';
import type { Tools } from '../tools.js';
import type { TestVerdict } from '../verification/verdict.js';

/** A test that failed in blue, and how it counts. */
interface FailedTest {
  readonly uniqueId: string;
  readonly fqn: readonly string[];
  readonly failCalc: string;
}

/**
 * A test that finds in production what it found in blue says nothing against the deployment: it warns. Only failed tests are
 * asked about, once, by their own SQL: `dbt test` would run the project's hooks against production, and may store failures
 * there; `dbt compile` does neither. A test that cannot be asked in production (it is about something new, say) stays failed.
 *
 * @param verdicts of dbt's tests in blue
 */
export async function forgiveKnownFailures(
  tools: Pick<Tools, 'warehouse' | 'dbt' | 'log' | 'tempDir' | 'signal'>,
  subject: { readonly code: Code; readonly pair: SchemaPair; readonly plan: Plan; readonly manifest: Manifest },
  verdicts: readonly TestVerdict[],
): Promise<readonly TestVerdict[]> {
  const failed = failedTests(subject.plan, subject.manifest, verdicts);
  if (failed.length === 0) return verdicts;
  const compiled = await compileForProduction(tools, subject, failed);
  const asked = await Promise.all(
    failed.map(async (test): Promise<[string, number | undefined]> => {
      const sql = compiled.get(test.uniqueId);
      return [test.uniqueId, sql === undefined ? undefined : await countInProduction(tools, test, sql)];
    }),
  );
  const known = new Map(asked);
  return verdicts.map((verdict) => judgeAgain(verdict, known.get(verdict.uniqueId)));
}

/** A test with a `limit` stops counting there, so that two equal numbers prove nothing. */
function failedTests(plan: Plan, manifest: Manifest, verdicts: readonly TestVerdict[]): readonly FailedTest[] {
  const failed = new Set(verdicts.filter(({ status }) => status === 'fail').map(({ uniqueId }) => uniqueId));
  return plan.tests.flatMap(({ uniqueId, fqn }) => {
    const config = manifest.nodes.get(uniqueId)?.config;
    if (!failed.has(uniqueId) || config === undefined || typeof config['limit'] === 'number') return [];
    const failCalc = config['fail_calc'];
    return [{ uniqueId, fqn, failCalc: typeof failCalc === 'string' ? failCalc : 'count(*)' }];
  });
}

async function compileForProduction(
  tools: Pick<Tools, 'dbt' | 'log' | 'tempDir' | 'signal'>,
  { code, pair }: { readonly code: Code; readonly pair: SchemaPair },
  tests: readonly FailedTest[],
): Promise<ReadonlyMap<string, string>> {
  const targetPath = join(tools.tempDir, 'dbt', 'failed-tests-in-production');
  const scope = { projectDir: code.projectDir, schema: pair.production, targetPath };
  try {
    return await tools.dbt.compile(scope, tests, tools.signal);
  } catch (error) {
    tools.signal.throwIfAborted();
    tools.log.info(`Tests that failed in blue could not be compared with production: ${messageOf(error)}`);
    return new Map();
  }
}

async function countInProduction(
  { warehouse, log, signal }: Pick<Tools, 'warehouse' | 'log' | 'signal'>,
  { uniqueId, failCalc }: FailedTest,
  sql: string,
): Promise<number | undefined> {
  try {
    const [row] = await warehouse.execute(countTestFailures(sql, failCalc), { signal });
    const failures = Number(row === undefined ? NaN : (optionalText(row, 'failures') ?? '0'));
    return Number.isFinite(failures) ? failures : undefined;
  } catch (error) {
    signal.throwIfAborted();
    log.info(`${uniqueId} failed in blue and cannot be asked in production: ${messageOf(error)}`);
    return undefined;
  }
}

function judgeAgain(verdict: TestVerdict, inProduction: number | undefined): TestVerdict {
  if (inProduction === undefined || verdict.failures === undefined) return verdict;
  const there = `${plural(inProduction, 'failing row')} in production`;
  if (inProduction === 0 || verdict.failures > inProduction) {
    return { ...verdict, failuresInProduction: inProduction, message: `${count(verdict.failures)} in blue, ${there}` };
  }
  const message = `fails in production as well (${there}), so it does not block`;
  return { ...verdict, status: 'warn', failuresInProduction: inProduction, message };
}
