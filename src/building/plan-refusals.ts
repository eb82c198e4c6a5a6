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

/** One pair of schemas is deployed; a node elsewhere would be left behind by the swap. */
export function refuseOtherSchemas(plan: Plan, pair: SchemaPair): void {
  const outside = plan.rebuilt.filter(({ production, upcoming }) => {
    if (production === undefined || upcoming === undefined) return false;
    const inPair = production.database === pair.database && production.schema === pair.production;
    return !inPair || upcoming.schema !== pair.upcoming || upcoming.name !== production.name;
  });
  if (outside.length === 0) return;
  const listed = outside.map(
    ({ name, production }) => `${name} (${production === undefined ? 'no relation' : displayName(production)})`,
  );
  throw new ActionableError(
    `These models would be rebuilt outside ${displayName({ database: pair.database, schema: pair.production })}, which this deployment switches: ` +
      `${listed.join(', ')}. Custom schemas, other databases and names that depend on the schema cannot be deployed yet. Nothing was changed.`,
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
