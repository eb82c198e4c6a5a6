import { formatComment, namesSchema } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { failedSchema, productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { sideMarker } from '../deployment/side-pairs.js';
import { marked } from '../deployment/state.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { executeConfirmed } from '../observing/confirmed.js';
import { EMPTY, takeInventory } from '../observing/inventory.js';
import type { Inventory } from '../observing/inventory.js';
import { observe, observeSides } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { cloneSchema, renameSchema } from '../snowflake/statements/schemas.js';
import type { Tools } from '../tools.js';
import { markGivenUp } from './given-up.js';
import { isMade, makeProduction } from './new-production.js';
import type { NewSchemaGrants } from './new-production.js';

type SchemaTools = Pick<Tools, 'warehouse' | 'log' | 'clock'>;

/** A pair beside the main one, before anything of it is cloned. */
export interface SideFound {
  readonly pair: SchemaPair;
  /** Undefined where nobody has built this custom schema yet. */
  readonly production: SchemaSeen | undefined;
  /** Of production. */
  readonly inventory: Inventory;
}

/**
 * Looks at the pairs that are built beside the main one.
 * @throws ActionableError when an upcoming schema stands there that this action did not make; nothing was changed
 */
export async function findSides(
  { warehouse }: Pick<Tools, 'warehouse'>,
  pairs: readonly SchemaPair[],
): Promise<readonly SideFound[]> {
  const found: SideFound[] = [];
  for (const pair of pairs) {
    const { production, upcoming } = await observe(warehouse, pair);
    if (upcoming !== undefined) refuseForeign(upcoming);
    const inventory = production === undefined ? EMPTY : await takeInventory(warehouse, production.name);
    found.push({ pair, production, inventory });
  }
  return found;
}

function refuseForeign({ name, comment }: SchemaSeen): void {
  if (comment.marker?.side !== undefined && namesSchema(comment.marker, name)) return;
  throw new ActionableError(
    `${displayName(name)} exists, but not by this action: its comment has no marker that names it. A custom schema of the project ` +
      'would be built there. It is left untouched, and nothing was changed; rename or drop it, then run again.',
  );
}

/**
 * Clones the pairs beside the main one, whose lock the caller holds. A production that nobody has built yet is made first, empty,
 * so that it is switched, and rolled back, like any other.
 */
export async function openSides(
  tools: SchemaTools,
  main: SchemaPair,
  marker: Marker,
  sides: readonly SideFound[],
  grants: NewSchemaGrants,
): Promise<void> {
  for (const { pair, production } of sides) {
    await clearLeftover(tools, pair);
    const source = isMade(production) ? production : await makeProduction(tools, pair, productionSchema(main), grants);
    const upcoming = upcomingSchema(pair);
    const comment = formatComment(source.comment.words, sideMarker(marker, main, pair, upcoming));
    await executeConfirmed(tools, cloneSchema(upcoming, source.name, source.options, comment), async () => {
      const { upcoming: now } = await observe(tools.warehouse, pair);
      return now?.comment.marker?.deployment === marker.deployment;
    });
  }
}

/** What a build left that was given up, and whose run died before it was put aside with the rest. */
async function clearLeftover(tools: SchemaTools, pair: SchemaPair): Promise<void> {
  const { upcoming } = await observe(tools.warehouse, pair);
  if (upcoming === undefined) return;
  refuseForeign(upcoming);
  await putSideAside(tools, pair, upcoming, 'left over by a build that was given up');
}

/** Puts the schemas that stand beside an upcoming one of the same deployment aside, under failed names. */
export async function putSidesAside(
  tools: SchemaTools,
  main: SchemaPair,
  deployment: string,
  reason: string,
): Promise<void> {
  for (const { pair, observed } of await observeSides(tools.warehouse, main)) {
    const { upcoming } = observed;
    if (upcoming?.comment.marker?.deployment !== deployment) continue;
    if (namesSchema(upcoming.comment.marker, upcoming.name)) {
      await putSideAside(tools, pair, upcoming, reason);
    }
  }
}

async function putSideAside(tools: SchemaTools, pair: SchemaPair, upcoming: SchemaSeen, reason: string): Promise<void> {
  const seen = marked(upcoming);
  if (seen === undefined) return;
  const target = failedSchema(pair, tools.clock.now());
  await executeConfirmed(tools, renameSchema(upcoming.name, target), async () => {
    const { failed } = await observe(tools.warehouse, pair);
    return failed.some(({ name }) => name.schema === target.schema);
  });
  await markGivenUp(tools, target, seen, reason);
}

/** Whether all pairs beside the main one stand as this deployment cloned them. */
export async function sidesStand(
  { warehouse }: Pick<Tools, 'warehouse'>,
  pairs: readonly SchemaPair[],
  deployment: string,
): Promise<boolean> {
  for (const pair of pairs) {
    const { upcoming } = await observe(warehouse, pair);
    if (upcoming?.comment.marker?.deployment !== deployment) return false;
    if (!namesSchema(upcoming.comment.marker, upcoming.name)) return false;
  }
  return true;
}
