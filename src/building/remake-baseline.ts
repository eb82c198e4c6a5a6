import { formatComment, moveMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import type { Tokens } from '../deployment/record.js';
import { baselineSchema, productionSchema } from '../deployment/schema-names.js';
import { messageOf } from '../errors.js';
import { listTables } from '../observing/inventory.js';
import { movedTables, readTokens } from '../observing/tokens.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import { optionalText, text } from '../snowflake/rows.js';
import { cloneTable, cloneTableAsOf, dropTable } from '../snowflake/statements/objects.js';
import { commentOnSchema, createTransientSchema } from '../snowflake/statements/schemas.js';
import { isBeyondTimeTravel, isNameTaken, SnowflakeError } from '../snowflake/warehouse.js';
import type { Row, Statement, Warehouse } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';

/** Whose baseline it is. */
export interface BaselineSubject {
  readonly pair: SchemaPair;
  /** Of the upcoming schema. */
  readonly marker: Marker;
  readonly tokensAtClone: Tokens;
}

/** A baseline that lacks tables, beside a production that still holds what was cloned. */
export interface LostBaseline extends BaselineSubject {
  /** Whether its schema is there. */
  readonly exists: boolean;
  /** Tables that were made by Time Travel before. */
  readonly earlier: readonly string[];
}

export interface Remade {
  /** Stored names of tables that are now there as Time Travel had them. */
  readonly travelled: readonly string[];
  /** Why a table could not be made again, and what to do, by stored name. */
  readonly lacking: ReadonlyMap<string, string>;
}

interface Lost extends LostBaseline {
  readonly tools: Pick<Tools, 'warehouse' | 'log'>;
  readonly production: SchemaName;
  readonly baseline: SchemaName;
  /** Rows of SHOW TABLES in production, by name. */
  readonly live: ReadonlyMap<string, Row>;
  readonly lacking: Map<string, string>;
}

/**
 * Makes tables of a baseline again: as clones of production's tables that have not changed since they were cloned, which needs no
 * Time Travel; the others as they were at that moment.
 */
export async function remakeBaseline(
  tools: Pick<Tools, 'warehouse' | 'log'>,
  given: LostBaseline,
  tables: readonly string[],
): Promise<Remade> {
  if (tables.length === 0) return { travelled: [], lacking: new Map() };
  const production = productionSchema(given.pair);
  const baseline = baselineSchema(given.pair, given.marker.deployment);
  const live = await tablesOf(tools.warehouse, production);
  const lost: Lost = { ...given, tools, production, baseline, live, lacking: new Map() };
  for (const name of tables.filter((table) => !live.has(table))) {
    const where = displayName({ ...production, name });
    const why = `It cannot be made again: ${where} was dropped since the clone, or this role may not see it any more.`;
    lost.lacking.set(name, `${why} UNDROP it or grant SELECT, or build again.`);
  }
  if (!given.exists) await makeSchema(lost);
  const moved = await cloneUnmoved(
    lost,
    tables.filter((table) => live.has(table)),
  );
  await travel(lost, moved);
  return { travelled: moved.filter((table) => !lost.lacking.has(table)), lacking: lost.lacking };
}

/** Rows of SHOW TABLES, by stored name. */
export async function tablesOf(warehouse: Warehouse, schema: SchemaName): Promise<ReadonlyMap<string, Row>> {
  return new Map((await listTables(warehouse, schema)).map((row) => [text(row, 'name'), row]));
}

async function makeSchema({ tools, baseline, marker }: Lost): Promise<void> {
  try {
    await tools.warehouse.execute(createTransientSchema(baseline, formatComment('', moveMarker(marker, baseline, {}))));
  } catch (error) {
    // Only this deployment makes schemas of this name: another run that verifies it was faster.
    if (!isNameTaken(error)) throw error;
  }
}

/** @returns the tables that were written to since the clone, of which nothing was made */
async function cloneUnmoved(lost: Lost, tables: readonly string[]): Promise<readonly string[]> {
  const { tools, production, baseline } = lost;
  const moved = new Set(await movedOf(lost, tables));
  const unmoved = tables.filter((table) => !moved.has(table));
  await Promise.all(
    unmoved.map((name) => make(lost, name, cloneTable({ ...baseline, name }, { ...production, name }, true))),
  );
  // What was written after the first look may be in a clone.
  const clones = unmoved.filter((table) => !lost.lacking.has(table));
  for (const name of await movedOf(lost, clones)) {
    await tools.warehouse.execute(dropTable({ ...baseline, name }));
    moved.add(name);
  }
  const right = clones.filter((table) => !moved.has(table));
  if (right.length > 0) {
    tools.log.info(
      `Made again of ${displayName(baseline)}, from tables unchanged since the clone: ${right.join(', ')}.`,
    );
  }
  return [...moved].sort();
}

async function movedOf({ tools, production, tokensAtClone }: Lost, tables: readonly string[]): Promise<string[]> {
  const now = await readTokens(tools.warehouse, production, tables);
  return movedTables(production, tokensAtClone, now, tables);
}

async function travel(lost: Lost, tables: readonly string[]): Promise<void> {
  const { tools, production, baseline, marker } = lost;
  if (tables.length === 0) return;
  if (marker.clonedAt === undefined) {
    const why = 'It cannot be made again: an older version of this action made the clone and did not keep its moment.';
    for (const table of tables) lost.lacking.set(table, `${why} Build again.`);
    return;
  }
  const at = new Date(marker.clonedAt);
  // Before the tables, so that none of them can be taken for the clone that was made with blue.
  const remade = { at: marker.clonedAt, tables: [...new Set([...lost.earlier, ...tables])].sort() };
  const comment = formatComment('', moveMarker(marker, baseline, { remade }));
  await tools.warehouse.execute(commentOnSchema(baseline, comment));
  await Promise.all(
    tables.map((name) => make(lost, name, cloneTableAsOf({ ...baseline, name }, { ...production, name }, at))),
  );
  const there = tables.filter((table) => !lost.lacking.has(table));
  if (there.length === 0) return;
  tools.log.warning(
    `The baseline of ${there.join(', ')} was missing, so production is taken as Time Travel has it of ${marker.clonedAt}, just before the clone.`,
  );
}

/** Makes one table; a refusal is noted and does not stop the others. */
async function make(lost: Lost, name: string, statement: Statement): Promise<void> {
  try {
    await lost.tools.warehouse.execute(statement);
  } catch (error) {
    if (isNameTaken(error)) return;
    if (!(error instanceof SnowflakeError)) throw error;
    lost.lacking.set(name, `It cannot be made again: ${whyRefused(lost, { ...lost.production, name }, error)}`);
  }
}

function whyRefused({ live, marker }: Lost, source: RelationName, error: SnowflakeError): string {
  const where = displayName(source);
  if (!isBeyondTimeTravel(error)) return `Snowflake refused to clone ${where}: ${messageOf(error)}`;
  const row = live.get(source.name) ?? {};
  const madeOn = optionalText(row, 'created_on') ?? '';
  if (new Date(madeOn) > new Date(marker.clonedAt ?? '')) {
    return `${where} was replaced since the clone (it is of ${madeOn}), and Time Travel does not reach behind that. Build again.`;
  }
  const days = optionalText(row, 'retention_time') ?? 'unknown';
  return `Time Travel of ${where} does not reach back to ${marker.clonedAt ?? 'the clone'} (DATA_RETENTION_TIME_IN_DAYS is ${days}). Build again.`;
}
