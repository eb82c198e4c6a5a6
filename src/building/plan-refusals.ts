import { LONGEST_SUFFIX } from '../deployment/schema-names.js';
import { sidePairs } from '../deployment/side-pairs.js';
import { ActionableError } from '../errors.js';
import type { PlanInputs } from '../inputs.js';
import type { Log } from '../log.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import { guardProduction } from '../selection/production-guard.js';
import type { GuardInput } from '../selection/production-guard.js';
import { changedButProtected } from '../selection/protected-changes.js';
import { displayName } from '../snowflake/identifiers.js';

/** @throws ActionableError with every place that would write to production */
export function refuseWritesToProduction(guarded: GuardInput): void {
  const violations = guardProduction(guarded);
  if (violations.length === 0) return;
  throw new ActionableError(
    `Building this would write to production, so it was not started:\n${violations.map(({ text }) => `  - ${text}`).join('\n')}\n` +
      'Nothing was changed.',
  );
}

// Snowflake's limit: https://docs.snowflake.com/en/sql-reference/identifiers-syntax
const LONGEST_NAME = 255;

/**
 * All pairs stand in one database, and the main one is the target's own schema: a node elsewhere would be left behind by the swap.
 * @throws ActionableError naming the nodes or schemas
 */
export function refuseOtherSchemas(plan: Plan, main: SchemaPair): void {
  const misfit = plan.pairs.find(
    (pair) => (pair.production === main.production) !== (pair.upcoming === main.upcoming) && isIn(main, pair),
  );
  if (misfit !== undefined) {
    throw new ActionableError(
      `The project renders ${displayName({ database: misfit.database, schema: misfit.production })} as ${misfit.upcoming} when its target's ` +
        `schema is ${main.upcoming}, but by the inputs ${main.production} is built as ${main.upcoming}. Nothing was changed. Set ` +
        '"production-schema" to the schema of the target that production runs with.',
    );
  }
  const outside = plan.rebuilt.filter(({ production, upcoming }) => {
    if (production === undefined || upcoming === undefined) return false;
    const pair = [main, ...plan.pairs].find(
      (each) => isIn(main, each) && each.production === production.schema && each.upcoming === upcoming.schema,
    );
    return pair === undefined || production.database !== main.database || upcoming.name !== production.name;
  });
  if (outside.length > 0) {
    const listed = outside.map(
      ({ name, production }) => `${name} (${production === undefined ? 'no relation' : displayName(production)})`,
    );
    throw new ActionableError(
      `These models would be rebuilt outside the schemas of database ${main.database} that this deployment switches: ${listed.join(', ')}. ` +
        "Other databases and names that depend on the target's schema cannot be deployed. Nothing was changed.",
    );
  }
  refuseLongNames(plan, main);
}

function isIn({ database }: SchemaPair, pair: SchemaPair): boolean {
  return pair.database === database;
}

function refuseLongNames(plan: Plan, main: SchemaPair): void {
  const tooLong = sidePairs(plan, main).find(({ production }) => production.length + LONGEST_SUFFIX > LONGEST_NAME);
  if (tooLong === undefined) return;
  throw new ActionableError(
    `The name of schema ${tooLong.production} is too long: its snapshot's would have more than ${LONGEST_NAME} characters. Nothing was changed.`,
  );
}

/** Rows that the old code made would stay beside rows of the new code: for a person to decide. */
export function judgeProtected(plan: Plan, policy: PlanInputs['onProtected'], log: Log): void {
  const changed = changedButProtected(plan);
  if (changed.length === 0) return;
  const listed = changed.map((text) => `  - ${text}`).join('\n');
  if (policy === 'warn') {
    log.warning(
      `These nodes changed, but are protected. They are carried as they are, and production's next run of them adds rows of the new ` +
        `code to those of the old:\n${listed}`,
    );
    return;
  }
  throw new ActionableError(
    `These nodes changed, but dbt never rebuilds them, so the deployment was not started:\n${listed}\n` +
      'Their old rows would stay as the old code made them. Nothing was changed. Take the change back; or let dbt rebuild the model by taking ' +
      '`full_refresh: false` out, which loses rows that its sources no longer have; or run with "on-protected: warn", which carries them, ' +
      'and mend their rows by hand where it matters.',
  );
}
