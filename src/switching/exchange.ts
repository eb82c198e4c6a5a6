import { formatComment, moveMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { productionSchema } from '../deployment/schema-names.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { isChangedMeanwhile } from '../snowflake/warehouse.js';
import type { Statement } from '../snowflake/warehouse.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { commentOnSchema, renameSchema, swapAndKeep } from '../snowflake/statements/schemas.js';
import type { Standing } from '../snowflake/statements/schemas.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { executeConfirmed } from '../observing/confirmed.js';
import { observe } from '../observing/observe.js';

type ExchangeTools = Pick<Tools, 'warehouse' | 'log' | 'clock'>;

/** What is exchanged in one pair. */
export interface PairExchange {
  readonly pair: SchemaPair;
  readonly staged: SchemaName;
  readonly keepAs: SchemaName;
  /** What must still be as this run left it or saw it; none: whatever stands there. */
  readonly standing: readonly Standing[];
}

/**
 * Puts staged schemas in production's place and keeps the former productions under `keepAs`, those of all pairs in one statement,
 * the main pair first: its markers tell the state. Not cancelled with the job: finishing is safer than stopping half-way.
 *
 * @param arrived whether a production holds the staged content, read from its marker
 * @throws ActionableError when one of them is not any more what this run saw: nothing was exchanged then
 */
export async function exchange(
  tools: ExchangeTools,
  pairs: readonly PairExchange[],
  arrived: (marker: Marker) => boolean,
): Promise<{ readonly milliseconds: number }> {
  const started = performance.now();
  const statement = exchangeStatement(pairs);
  await unlessOvertaken(pairs[0]?.pair, () =>
    executeConfirmed(tools, statement, async () => {
      for (const { pair } of pairs) {
        const marker = (await observe(tools.warehouse, pair)).production?.comment.marker;
        if (marker === undefined || !arrived(marker)) return false;
      }
      return true;
    }),
  );
  const milliseconds = Math.round(performance.now() - started);
  for (const { pair, staged, keepAs } of pairs) {
    tools.log.info(
      `${displayName(staged)} is ${displayName(productionSchema(pair))} now; the former one is ${displayName(keepAs)} (${milliseconds} ms).`,
    );
  }
  return { milliseconds };
}

/** The one statement that exchanges all pairs. */
export function exchangeStatement(pairs: readonly PairExchange[]): Statement {
  return swapAndKeep(
    pairs.map(({ pair, staged, keepAs }) => ({ live: productionSchema(pair), staged, keepAs })),
    pairs.flatMap(({ standing }) => standing),
  );
}

/** Does what ends without effect when another run has changed production. @throws ActionableError that says so */
export async function unlessOvertaken<T>(main: SchemaPair | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isChangedMeanwhile(error)) throw error;
    throw new ActionableError(
      `Another run changed ${main === undefined ? 'production' : displayName(productionSchema(main))} a moment ago: it rolled back or replaced what this run was to exchange. ` +
        'This run changes nothing more. See mode "status".',
      { cause: error },
    );
  }
}

/** Finishes an exchange whose SWAP was done and whose RENAME was not. */
export async function keepFormer(
  tools: ExchangeTools,
  pair: SchemaPair,
  former: SchemaName,
  keepAs: SchemaName,
): Promise<void> {
  await executeConfirmed(tools, renameSchema(former, keepAs), async () => {
    const observed = await observe(tools.warehouse, pair);
    return [...observed.snapshots, ...observed.failed].some((seen) => seen.name.schema === keepAs.schema);
  });
}

/**
 * Writes on a schema the marker that names it: content and comment came here together by a swap or a rename, and only a marker
 * that names its own schema gives the right to drop it later.
 */
export async function claim(
  tools: ExchangeTools,
  seen: SchemaSeen,
  marker: Marker,
  changes: Parameters<typeof moveMarker>[2] = {},
): Promise<Marker> {
  const claimed = moveMarker(marker, seen.name, changes);
  await tools.warehouse.execute(commentOnSchema(seen.name, formatComment(seen.comment.words, claimed)));
  return claimed;
}
