import type { Plan } from '../selection/plan.js';
import type { RelationName } from '../snowflake/identifiers.js';

/** A rebuilt relation and the one of production that it takes the place of. */
export interface Replaced {
  readonly uniqueId: string;
  readonly production: RelationName;
  readonly upcoming: RelationName;
  readonly isView: boolean;
}

/** What a deployment rebuilds and production may have: new models take nothing's place. */
export function replacedRelations({ rebuilt }: Plan): readonly Replaced[] {
  return rebuilt.flatMap(({ uniqueId, isNew, materialized, production, upcoming }) =>
    isNew || production === undefined || upcoming === undefined
      ? []
      : [{ uniqueId, production, upcoming, isView: materialized === 'view' }],
  );
}
