import { PRODUCTION_BRANCH } from '../../demo-parts/example-repository.js';
import { publicSchemas } from '../../demo-parts/fingerprint.js';
import { lastLinesOf } from '../act.js';
import { type Setting, cloneOf } from '../setting.js';

const LONG_AGO = 'PUBLIC_FAILED_2026_01_01_000000';

/** cleanup.yml: a version that was rolled back long ago goes, what is young or needed stays. */
export async function cleanupBySchedule(setting: Setting): Promise<void> {
  const { story, github, repository, act, warehouse } = setting;
  story.act('Schedule: cleanup.yml', 'The version that was rolled back is made to look as if that had been long ago.');
  await ageFailedVersion(setting);
  const before = await publicSchemas(warehouse);
  const event = github.schedule(PRODUCTION_BRANCH, await repository.tip(PRODUCTION_BRANCH));
  const run = await act.run(await cloneOf(setting, PRODUCTION_BRANCH), 'cleanup.yml', event);
  const after = await publicSchemas(warehouse);
  story.check(
    run.exitCode === 0 && before.filter((name) => !after.includes(name)).join() === LONG_AGO,
    `Cleaned up in ${run.seconds.toFixed(0)} s: ${LONG_AGO} was dropped, and nothing else`,
    `Before: ${before.join()}. After: ${after.join()}. ${lastLinesOf(run)}`,
  );
}

/** Renames it, in its marker as well, which must name the schema that it stands in. */
async function ageFailedVersion({ warehouse }: Setting): Promise<void> {
  const rows = await warehouse.query("show schemas in database analytics starts with 'PUBLIC_FAILED_'");
  const [failed] = rows.map((row) => ({ name: String(row['name']), comment: String(row['comment']) }));
  if (failed === undefined) throw new Error('There is no version that was rolled back.');
  // In a literal of Snowflake a backslash escapes, and JSON has some.
  const comment = failed.comment.replaceAll(failed.name, LONG_AGO).replaceAll('\\', '\\\\').replaceAll("'", "''");
  await warehouse.query(`alter schema analytics.${failed.name} rename to analytics.${LONG_AGO}`);
  await warehouse.query(`comment on schema analytics.${LONG_AGO} is '${comment}'`);
}
