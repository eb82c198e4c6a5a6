import { formatComment } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { currentSession } from '../snowflake/statements/checks.js';
import { grantOwnershipOfSchema } from '../snowflake/statements/grants.js';
import type { ObjectKind } from '../snowflake/statements/grants.js';
import { resumeClustering } from '../snowflake/statements/objects.js';
import { cloneSchema, dropSchema } from '../snowflake/statements/schemas.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import type { Log } from '../log.js';
import { copyObjectGrants, copySchemaGrants } from './grants.js';
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
  /** Objects that were made anew and so lack their namesakes' grants. */
  readonly rebuilt: ReadonlySet<string>;
  /** True when a staged schema of this marker stands there from an earlier try. */
  readonly replaces: boolean;
}

/** Makes the schema that the swap will put in production's place. Nothing of production is written. */
export async function stage(
  tools: { readonly warehouse: Warehouse; readonly log: Log },
  request: StageRequest,
): Promise<void> {
  const { warehouse } = tools;
  const { production, staged, source } = request;
  if (request.replaces) await warehouse.execute(dropSchema(staged));
  const comment = formatComment(production.comment.words, request.marker);
  await warehouse.execute(cloneSchema(staged, source, production.options, comment));
  const grants = await copySchemaGrants(warehouse, production.name, staged);
  const restored =
    (await restoreGrants(warehouse, request, 'TABLE')) + (await restoreGrants(warehouse, request, 'VIEW'));
  await resumeClusteringAsBefore(warehouse, request);
  if (grants.length + restored > 0) {
    tools.log.info(
      `Granted ${grants.length} privileges on the schema and ${restored} on rebuilt objects, as production has them.`,
    );
  }
  await giveOwner(warehouse, request);
}

async function restoreGrants(warehouse: Warehouse, request: StageRequest, kind: ObjectKind): Promise<number> {
  const standing = kind === 'TABLE' ? request.sourceInventory.tables : request.sourceInventory.views;
  const former = kind === 'TABLE' ? request.productionInventory.tables : request.productionInventory.views;
  const names = [...request.rebuilt].filter((name) => former.has(name) && standing.has(name));
  const granted = await Promise.all(
    names.map((name) =>
      copyObjectGrants(warehouse, kind, { ...request.production.name, name }, { ...request.staged, name }),
    ),
  );
  return granted.flat().length;
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
