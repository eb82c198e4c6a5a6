import { leftBehind } from '../deployment/left-behind.js';
import type { LeftSchema } from '../deployment/left-behind.js';
import { historySchema } from '../deployment/schema-names.js';
import type { SchemaSeen } from '../deployment/state.js';
import { plural } from '../figures.js';
import type { CommonInputs } from '../inputs.js';
import { executeConfirmed } from '../observing/confirmed.js';
import { observe } from '../observing/observe.js';
import { bytesIn } from '../observing/stored-sizes.js';
import { displayView, viewsNaming } from '../observing/view-references.js';
import { dropStatements, uninstallSummary } from '../report/uninstall-summary.js';
import type { LeftStanding } from '../report/uninstall-summary.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { text } from '../snowflake/rows.js';
import { commentOnSchema, showSchemas } from '../snowflake/statements/schemas.js';
import type { Tools } from '../tools.js';
import type { ModeResult } from './result.js';
import { lookAround } from './situation.js';
import { standingMarkers } from './standing-markers.js';

/** Takes this action's marker off production and says what else it left in the warehouse, and how to drop it. Drops nothing. */
export async function uninstall(tools: Tools, inputs: CommonInputs): Promise<ModeResult> {
  const situation = await lookAround(tools, inputs);
  const { pair, observed, state } = situation;
  const { productions, sides } = await standingMarkers(tools, situation);
  const done: string[] = [];
  for (const each of productions) done.push(await takeMarkerOff(tools, each.pair, each.production));
  done.forEach((text) => {
    tools.log.info(text);
  });
  const beside = [observed, ...sides.map((side) => side.observed)].map(leftBehind);
  const ours = beside.flatMap((each) => each.ours);
  const doubtful = beside.flatMap((each) => each.doubtful);
  const history = await historyThere(tools, pair);
  const all: readonly LeftSchema[] = [
    ...ours,
    ...(history === undefined ? [] : [{ name: history, purpose: 'deployment history' as const }]),
  ];
  const left: LeftStanding[] = [];
  for (const each of all) left.push(await lookInto(tools, each, new Set(all.map(({ name }) => name.schema))));
  await tools.log.group('Left in the warehouse; nothing was dropped', () => {
    dropStatements(left).forEach((statement) => {
      tools.log.info(statement);
    });
    return Promise.resolve();
  });
  return {
    report: undefined,
    summary: uninstallSummary(done.join(' '), left, doubtful),
    outputs: { state: state.kind, busy: 'false', next: nextOf(left) },
    failure: undefined,
  };
}

/** @returns what became of the comment, in a sentence */
async function takeMarkerOff(tools: Tools, pair: SchemaPair, { name, comment }: SchemaSeen): Promise<string> {
  const where = displayName(name);
  if (comment.marker === undefined) return `${where} carries no marker of this action.`;
  await executeConfirmed(tools, commentOnSchema(name, comment.words), async () => {
    const { production } = await observe(tools.warehouse, pair);
    return production?.comment.marker === undefined;
  });
  const kept = comment.words === '' ? 'It had no other comment.' : 'What people wrote in its comment stays.';
  return `${where} carries no marker of this action any more: it said that deployment ${comment.marker.deployment} is live. ${kept}`;
}

async function historyThere({ warehouse }: Tools, pair: SchemaPair): Promise<SchemaName | undefined> {
  const name = historySchema(pair);
  const rows = await warehouse.execute(showSchemas(name.database, name.schema));
  return rows.some((row) => text(row, 'name') === name.schema) ? name : undefined;
}

/** @param leaving names of all schemas that are left: their views go with them */
async function lookInto(
  { warehouse }: Tools,
  { name, purpose }: LeftSchema,
  leaving: ReadonlySet<string>,
): Promise<LeftStanding> {
  const { naming } = await viewsNaming(warehouse, name.database, [name.schema]);
  const readers = naming.filter(({ schema }) => !leaving.has(schema));
  return {
    name,
    purpose,
    bytes: await bytesIn(warehouse, name),
    readBy: readers.map((view) => displayView(view, name.database)),
  };
}

function nextOf(left: readonly LeftStanding[]): string {
  if (left.length === 0) return 'Nothing of this action is left in the warehouse.';
  return `${plural(left.length, 'schema')} of this action stay: ${left.map(({ name }) => name.schema).join(', ')}. The job summary has the statements that drop them.`;
}
