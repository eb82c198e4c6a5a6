import type { Manifest } from '../dbt/manifest.js';
import { isEphemeral } from '../selection/treatment.js';
import type { Plan } from '../selection/plan.js';
import { parseRelationName, quoteName, quoteRelation, quoteSchema } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import { text } from '../snowflake/rows.js';
import { explainRead } from '../snowflake/statements/checks.js';
import { showSchemas } from '../snowflake/statements/schemas.js';
import { isMissingObject, isPrivilegeMissing } from '../snowflake/warehouse.js';
import type { Warehouse } from '../snowflake/warehouse.js';

/** A source that a rebuilt model reads. */
export interface SourceRead {
  readonly relation: RelationName;
  /** As the project calls it: `shop.orders`. */
  readonly source: string;
}

/** The sources that rebuilt models read, directly or through ephemeral models, each once. */
export function sourcesRead(manifest: Manifest, { rebuilt }: Pick<Plan, 'rebuilt'>): readonly SourceRead[] {
  const found = new Map<string, SourceRead>();
  const seen = new Set<string>();
  const waiting = rebuilt.map(({ uniqueId }) => uniqueId);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const input of manifest.nodes.get(id)?.dependsOnNodes ?? []) {
      const source = manifest.sources.get(input);
      const relation = source?.relationName === undefined ? undefined : parseRelationName(source.relationName);
      if (source !== undefined && relation !== undefined)
        found.set(input, { relation, source: `${source.sourceName}.${source.name}` });
      const parent = manifest.nodes.get(input);
      if (parent !== undefined && isEphemeral(parent)) waiting.push(input);
    }
  }
  return [...found.values()];
}

/**
 * The GRANT statements that the role lacks to read the sources; nothing is read to find out. A source that is not there at all
 * looks like one that may not be seen, so the statement for it says that it is meant for what exists.
 */
export async function readsMissing(
  warehouse: Warehouse,
  role: string,
  sources: readonly SourceRead[],
): Promise<readonly string[]> {
  const lines = await Promise.all(
    sources.map(async (each) => {
      try {
        await warehouse.execute(explainRead(each.relation));
        return undefined;
      } catch (error) {
        // Anything else than a privilege is for dbt to tell, which reads the source in its own way.
        const isRefused = isMissingObject(error) || isPrivilegeMissing(error);
        return isRefused ? grantFor(warehouse, role, each) : undefined;
      }
    }),
  );
  return [...new Set(lines.filter((line) => line !== undefined))].sort();
}

/** The outermost container that the role may not use, else the relation itself. */
async function grantFor(warehouse: Warehouse, role: string, { relation, source }: SourceRead): Promise<string> {
  const to = `TO ROLE ${quoteName(role)};`;
  try {
    const schemas = await warehouse.execute(showSchemas(relation.database, relation.schema));
    if (!schemas.some((row) => text(row, 'name') === relation.schema))
      return `GRANT USAGE ON SCHEMA ${quoteSchema(relation)} ${to}`;
  } catch (error) {
    if (!isMissingObject(error)) throw error;
    return `GRANT USAGE ON DATABASE ${quoteName(relation.database)} ${to}`;
  }
  const name = source.replaceAll(/\s+/g, ' ');
  return `GRANT SELECT ON TABLE ${quoteRelation(relation)} ${to} -- source ${name}, if it exists; ON VIEW if it is one`;
}
