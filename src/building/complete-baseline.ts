import { namesSchema } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { baselineSchema, productionSchema } from '../deployment/schema-names.js';
import { parentLives } from '../deployment/state.js';
import type { SchemaSeen } from '../deployment/state.js';
import { observe } from '../observing/observe.js';
import { displayName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import type { Verdict } from '../verification/verdict.js';
import { remakeBaseline, tablesOf } from './remake-baseline.js';
import type { BaselineSubject, Remade } from './remake-baseline.js';

/** What the tables that are rebuilt are compared with. */
export interface CompleteBaseline {
  /** As the verdict tells it. */
  readonly origin: Verdict['baseline'];
  /** Why a table has no baseline, by stored name: sentences for people. */
  readonly lacking: ReadonlyMap<string, string>;
}

/**
 * Looks whether the baseline has all of `tables`, and makes again what it lacks (`remakeBaseline`). Where that cannot be done
 * nothing takes the baseline's place: it is told why, and verification fails.
 *
 * @param tables stored names of tables that production had when it was cloned
 */
export async function completeBaseline(
  tools: Pick<Tools, 'warehouse' | 'log'>,
  subject: BaselineSubject,
  tables: ReadonlySet<string>,
): Promise<CompleteBaseline> {
  const { pair, marker } = subject;
  const name = baselineSchema(pair, marker.deployment);
  const { baselines, production } = await observe(tools.warehouse, pair);
  const seen = baselines.find((each) => each.name.schema === name.schema);
  const earlier = seen?.comment.marker?.remade?.tables ?? [];
  const standing = seen === undefined ? new Map() : await tablesOf(tools.warehouse, name);
  const lost = [...tables].filter((table) => !standing.has(table)).sort();
  const refusal = whyNone(subject, seen, production);
  const { travelled, lacking }: Remade =
    refusal === undefined
      ? await remakeBaseline(tools, { ...subject, earlier, exists: seen !== undefined }, lost)
      : { travelled: [], lacking: new Map(lost.map((table) => [table, refusal])) };
  for (const [table, why] of lacking) tools.log.warning(`${displayName({ ...name, name: table })} is missing. ${why}`);
  const ofTimeTravel = [...earlier.filter((table) => tables.has(table) && standing.has(table)), ...travelled].sort();
  return { origin: originOf(marker, ofTimeTravel), lacking };
}

/** What forbids to make anything of a baseline again; undefined when nothing does. */
function whyNone(
  { pair, marker }: BaselineSubject,
  seen: SchemaSeen | undefined,
  production: SchemaSeen | undefined,
): string | undefined {
  if (!holdsWhatWasCloned(production?.comment.marker, marker)) {
    const where = displayName(productionSchema(pair));
    return `It cannot be made again: ${where} holds another version by now than the one that was cloned. Build again.`;
  }
  if (seen === undefined || isOwn(seen, marker)) return undefined;
  return `It cannot be made again: by its comment, ${displayName(seen.name)} is not the schema that this deployment made. Drop or rename it, then verify again.`;
}

/** Only the main pair's markers tell the parent: a pair beside it may be switched by few deployments, and all happens under one lock. */
function holdsWhatWasCloned(live: Marker | undefined, marker: Marker): boolean {
  return marker.side === undefined ? parentLives(live, marker) : live?.deployment !== marker.deployment;
}

function isOwn({ name, comment }: SchemaSeen, { deployment }: Marker): boolean {
  return comment.marker?.deployment === deployment && namesSchema(comment.marker, name);
}

function originOf({ startedAt, clonedAt }: Marker, ofTimeTravel: readonly string[]): Verdict['baseline'] {
  if (ofTimeTravel.length === 0 || clonedAt === undefined) return { kind: 'clone', at: startedAt };
  return { kind: 'time travel', at: clonedAt, tables: ofTimeTravel };
}
