/** Which upcoming schema belongs to which production schema: read off what dbt renders for all nodes, never guessed. */
import type { Manifest } from '../dbt/manifest.js';
import { displayName, sameSchema, type RelationName, type SchemaName } from '../snowflake/identifiers.js';
import { plannedNodes, relationOf } from './counterparts.js';
import type { SchemaPair } from './plan.js';

/** Why the schemas of this project cannot be swapped as pairs. */
export interface PairConflict {
  /** A node that shows it. */
  readonly uniqueId: string;
  readonly text: string;
}

export interface SchemaPairs {
  /** By database and production schema. */
  readonly pairs: readonly SchemaPair[];
  readonly conflicts: readonly PairConflict[];
}

interface RenderedTwice {
  readonly uniqueId: string;
  readonly production: RelationName;
  readonly upcoming: RelationName;
}

/**
 * Pairs production's schemas with upcoming ones. Nodes whose schema is the same in both renderings (a dbt snapshot
 * with `target_schema`, a fixed custom schema) are in no pair: they stay where they are, and the guard sees to it that
 * none of them runs.
 * @param head rendered as production would
 * @param upcoming the same commit rendered for the upcoming schema
 */
export function pairSchemas(head: Manifest, upcoming: Manifest): SchemaPairs {
  const moving = renderedTwice(head, upcoming).filter((node) => !sameSchema(node.production, node.upcoming));
  const pairs = new Map<string, SchemaPair>();
  const conflicts: PairConflict[] = [];
  for (const node of moving) {
    const conflict = conflictWith([...pairs.values()], node);
    if (conflict !== undefined) conflicts.push({ uniqueId: node.uniqueId, text: conflict });
    else pairs.set(JSON.stringify([node.production.database, node.production.schema]), pairOf(node));
  }
  return {
    pairs: [...pairs.values()].sort((a, b) => compareText(sortKey(a), sortKey(b))),
    conflicts: [...conflicts, ...chainConflicts([...pairs.values()], moving)],
  };
}

function renderedTwice(head: Manifest, upcoming: Manifest): readonly RenderedTwice[] {
  return plannedNodes(head).flatMap((node) => {
    const production = relationOf(node);
    const other = relationOf(upcoming.nodes.get(node.uniqueId));
    return production === undefined || other === undefined
      ? []
      : [{ uniqueId: node.uniqueId, production, upcoming: other }];
  });
}

function pairOf(node: RenderedTwice): SchemaPair {
  return { database: node.production.database, production: node.production.schema, upcoming: node.upcoming.schema };
}

function conflictWith(pairs: readonly SchemaPair[], node: RenderedTwice): string | undefined {
  const { production, upcoming } = node;
  if (production.database !== upcoming.database) {
    return `It moves from database ${production.database} to ${upcoming.database}. A swap works inside one database: generate_database_name must not depend on the target's schema.`;
  }
  const here = pairs.filter((pair) => pair.database === production.database);
  const sameProduction = here.find((pair) => pair.production === production.schema);
  if (sameProduction !== undefined && sameProduction.upcoming !== upcoming.schema) {
    return `Production schema ${shown(production)} would become both ${sameProduction.upcoming} and ${upcoming.schema}. generate_schema_name must map each production schema to one upcoming schema.`;
  }
  const sameUpcoming = here.find((pair) => pair.upcoming === upcoming.schema);
  if (sameUpcoming !== undefined && sameUpcoming.production !== production.schema) {
    return `Production schemas ${sameUpcoming.production} and ${production.schema} would both be built in ${shown(upcoming)}. generate_schema_name must keep them apart, for the target's name is production's and only its schema differs.`;
  }
  return undefined;
}

/** An upcoming schema that is itself a production schema would be overwritten by its own clone. */
function chainConflicts(pairs: readonly SchemaPair[], moving: readonly RenderedTwice[]): readonly PairConflict[] {
  return pairs.flatMap((pair) => {
    const taken = moving.find((node) =>
      sameSchema(node.production, { database: pair.database, schema: pair.upcoming }),
    );
    if (taken === undefined) return [];
    const text = `${shown(taken.production)} is a production schema, and also the upcoming schema of ${pair.production}. Choose another upcoming schema.`;
    return [{ uniqueId: taken.uniqueId, text }];
  });
}

function shown(name: SchemaName): string {
  return displayName({ database: name.database, schema: name.schema });
}

function sortKey(pair: SchemaPair): string {
  return JSON.stringify([pair.database, pair.production]);
}

/** By code unit, not by the machine's language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
