import { formatComment, namesSchema, schemaInMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { currentSession } from '../snowflake/statements/checks.js';
import { grantOwnershipOfSchema } from '../snowflake/statements/grants.js';
import type { FutureGrant, ObjectKind } from '../snowflake/statements/grants.js';
import { resumeClustering } from '../snowflake/statements/objects.js';
import { cloneSchema, dropSchemaWhile } from '../snowflake/statements/schemas.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import type { Log } from '../log.js';
import type { SchemaPair } from '../selection/plan.js';
import { unlessOvertaken } from './exchange.js';
import { objectsToCompare } from './differing-grants.js';
import { givenByFuture, matchFutureGrants, readFutureGrants } from './future-grants.js';
import { copySchemaGrants, matchObjectGrants, readObjectGrants } from './grants.js';
import type { Inventory } from '../observing/inventory.js';

export interface StageRequest {
  /** The live schema whose options, grants, owner and clustering the staged one repeats. */
  readonly production: SchemaSeen;
  readonly productionInventory: Inventory;
  /** What is staged. */
  readonly source: SchemaName;
  readonly sourceInventory: Inventory;
  readonly staged: SchemaName;
  /** Names `staged`; production shows it from the instant of the swap. */
  readonly marker: Marker;
  /** Objects that are another version of their namesakes: what their code grants beyond those stays. */
  readonly rebuilt: ReadonlySet<string>;
  /** Where an administrator changes what will be granted on objects made later, so that it holds after the next try. */
  readonly mendedIn: SchemaName;
}

const UNTOUCHED = 'Production was not touched. Mend that privilege, then run again.';

/**
 * Drops what an earlier try staged under this name, if it did.
 * @param standing staged schemas that stand now
 * @throws ActionableError when a schema of that name is not ours, or no staged schema any more: another run exchanged it a moment ago
 */
export async function dropStaged(
  warehouse: Warehouse,
  pair: SchemaPair,
  staged: SchemaName,
  standing: readonly SchemaSeen[],
): Promise<void> {
  const earlier = standing.find(({ name }) => name.schema === staged.schema);
  if (earlier === undefined) return;
  if (!namesSchema(earlier.comment.marker, staged)) {
    throw new ActionableError(
      `${displayName(staged)} exists and is not ours: its comment does not name it. It is left untouched; rename it, then run again. ` +
        'Production was not touched.',
    );
  }
  const asSeen = { schema: staged, commentHolds: [schemaInMarker(staged)] };
  await unlessOvertaken(pair, () => warehouse.execute(dropSchemaWhile(asSeen)));
}

/**
 * Makes the schema that the swap will put in production's place. Nothing of production is written.
 * @returns future grants of production that it could not repeat: one statement for an administrator each
 * @throws ActionableError when somebody would have other privileges after the swap than before
 */
export async function stage(
  tools: { readonly warehouse: Warehouse; readonly log: Log },
  request: StageRequest,
): Promise<readonly string[]> {
  const { warehouse } = tools;
  const { production, staged, source } = request;
  const comment = formatComment(production.comment.words, request.marker);
  await warehouse.execute(cloneSchema(staged, source, production.options, comment));
  const grants = await copySchemaGrants(warehouse, production.name, staged, UNTOUCHED);
  const later = await readFutureGrants(warehouse, production.name);
  const matched = await matchGrants(tools, request, later);
  const refused = await matchFutureGrants(warehouse, production.name, staged, request.mendedIn);
  await resumeClusteringAsBefore(warehouse, request);
  if (grants.length + matched > 0) {
    tools.log.info(
      `Granted ${grants.length} privileges on the schema, and granted or took back ${matched} on objects in it, as production has them.`,
    );
  }
  await giveOwner(warehouse, request);
  return refused;
}

/** @param later what the schema grants on what is made in it: it gives new versions what their namesakes may have been denied */
async function matchGrants(
  tools: { readonly warehouse: Warehouse; readonly log: Log },
  request: StageRequest,
  later: readonly FutureGrant[],
): Promise<number> {
  const { warehouse } = tools;
  const { staged, rebuilt } = request;
  const production = request.production.name;
  const objects = new Map([...namesakes(request, 'TABLE'), ...namesakes(request, 'VIEW')]);
  const differing = await objectsToCompare(tools, { production, staged, objects, rebuilt });
  const matched = await Promise.all(
    [...objects].map(async ([name, kind]) => {
      if (!differing.has(name)) return [];
      const wanted = await readObjectGrants(warehouse, kind, { ...production, name });
      const isForeign = rebuilt.has(name) ? givenByFuture(later, kind) : () => true;
      const done = await matchObjectGrants(warehouse, kind, wanted, { ...staged, name }, isForeign, UNTOUCHED);
      return [...done.given, ...done.takenBack];
    }),
  );
  return matched.flat().length;
}

function namesakes(request: StageRequest, kind: ObjectKind): readonly (readonly [string, ObjectKind])[] {
  const standing = kind === 'TABLE' ? request.sourceInventory.tables : request.sourceInventory.views;
  const former = kind === 'TABLE' ? request.productionInventory.tables : request.productionInventory.views;
  return [...standing.keys()].filter((name) => former.has(name)).map((name) => [name, kind]);
}

async function resumeClusteringAsBefore(warehouse: Warehouse, request: StageRequest): Promise<void> {
  const clustered = [...request.sourceInventory.tables.values()].filter((table) => {
    if (table.clusterBy === '') return false;
    return request.productionInventory.tables.get(table.name)?.automaticClustering ?? table.automaticClustering;
  });
  await Promise.all(clustered.map(({ name }) => warehouse.execute(resumeClustering({ ...request.staged, name }))));
}

/** Last, since afterwards this role holds the schema only through its owner. */
async function giveOwner(warehouse: Warehouse, { production, staged }: StageRequest): Promise<void> {
  const [session] = await warehouse.execute(currentSession());
  if (production.owner === '' || session?.['role'] === production.owner) return;
  await warehouse.execute(grantOwnershipOfSchema(staged, { kind: 'ROLE', name: production.owner }));
}
