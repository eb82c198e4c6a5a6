import { formatComment, moveMarker } from '../deployment/marker.js';
import { baselineSchema, upcomingSchema } from '../deployment/schema-names.js';
import { ActionableError, messageOf } from '../errors.js';
import type { Inventory } from '../observing/inventory.js';
import { displayName } from '../snowflake/identifiers.js';
import { cloneTable } from '../snowflake/statements/objects.js';
import { createTransientSchema } from '../snowflake/statements/schemas.js';
import { SnowflakeError } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';
import { completeBaseline } from './complete-baseline.js';
import type { BaselineSubject } from './remake-baseline.js';

/**
 * Keeps the tables that will be rebuilt as they were at the moment of the clone: verification compares with these, whatever the
 * hourly schedule does to production meanwhile. Costs no storage until blue diverges.
 *
 * @param inventory of the upcoming schema, before dbt touched it
 * @param rebuilt stored names of relations that the plan rebuilds
 * @throws ActionableError when a table can be cloned neither from the upcoming schema nor from production
 */
export async function makeBaseline(
  tools: Pick<Tools, 'warehouse' | 'log'>,
  subject: BaselineSubject,
  inventory: Inventory,
  rebuilt: ReadonlySet<string>,
): Promise<void> {
  const { pair, marker } = subject;
  const baseline = baselineSchema(pair, marker.deployment);
  const comment = formatComment('', moveMarker(marker, baseline, {}));
  await tools.warehouse.execute(createTransientSchema(baseline, comment));
  const source = upcomingSchema(pair);
  const refused: string[] = [];
  const keep = async (name: string): Promise<void> => {
    try {
      // The schema is transient, so every clone in it is made transient: nothing here needs Fail-safe.
      await tools.warehouse.execute(cloneTable({ ...baseline, name }, { ...source, name }, true));
    } catch (error) {
      if (!(error instanceof SnowflakeError)) throw error;
      tools.log.warning(`${displayName({ ...source, name })} could not be cloned: ${messageOf(error)}`);
      refused.push(name);
    }
  };
  await Promise.all([...inventory.tables.keys()].filter((name) => rebuilt.has(name)).map(keep));
  if (refused.length > 0) await mend(tools, subject, refused);
}

/** Now rather than when verification needs it: production has hardly changed yet, and dbt would work for hours in vain. */
async function mend(
  tools: Pick<Tools, 'warehouse' | 'log'>,
  subject: BaselineSubject,
  refused: readonly string[],
): Promise<void> {
  const { lacking } = await completeBaseline(tools, subject, new Set(refused));
  if (lacking.size === 0) return;
  const baseline = baselineSchema(subject.pair, subject.marker.deployment);
  const reasons = [...lacking].map(([name, why]) => `${displayName({ ...baseline, name })}: ${why}`);
  throw new ActionableError(
    `No baseline could be kept, so what is built could not be verified; production was not touched.\n${reasons.join('\n')}`,
  );
}
