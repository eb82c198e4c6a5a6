import { count, plural } from '../figures.js';
import { messageOf } from '../errors.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import { createCatalog } from './catalog.js';
import type { Catalog } from './catalog.js';
import { commonColumns } from './columns.js';
import type { Column } from './columns.js';
import type { Ask } from './compare.js';
import { keyColumns } from './compared-columns.js';
import { concurrently } from './concurrently.js';
import { statusOf } from './policy.js';
import { compareLateKeys, readLateKeys } from './sql/late-keys.js';
import type { LateKeyCounts } from './sql/late-keys.js';
import { countRowsOfBothSides, readRowCounts } from './sql/row-counts.js';
import type { Finding, Key, ModelVerdict, Samples } from './verdict.js';

/** A rebuilt relation of blue and the same one in production as it is now. */
export interface CatchUpPair {
  readonly name: string;
  readonly production: RelationName;
  readonly upcoming: RelationName;
  /** The key that the verification used; a keyless one can only be counted. */
  readonly key: Key | undefined;
  /**
   * Where the verification accepted that blue lacks ids (a limit of the project's): what it compared with. Ids that the
   * baseline has were judged then; only those that came to production since count as missing now. One more narrow read.
   */
  readonly baseline?: RelationName;
  /** What the verification left out and what it allowed to be missing: it holds for late rows as well. */
  readonly conditions?: ModelVerdict['conditions'] | undefined;
}

export interface CatchUpRequest {
  readonly warehouse: Warehouse;
  readonly pairs: readonly CatchUpPair[];
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** Server-side limit of each query. */
  readonly timeoutSeconds: number;
  /** Sample keys of each class and model; 0 to 1000. */
  readonly sampleIds: number;
}

/** Whether blue holds every id that production holds now, and none twice. */
export interface CatchUpVerdict {
  readonly name: string;
  readonly upcoming: RelationName;
  readonly status: 'passed' | 'warned' | 'failed' | 'errored';
  readonly findings: readonly Finding[];
  /** undefined when there was no key, or the check broke. */
  readonly counts:
    | { readonly missing: number; readonly extra: number; readonly duplicates: number; readonly samples: Samples }
    | undefined;
}

/**
 * After a catch-up: current production against blue, by key alone (two narrow table reads each). Missing ids are rows
 * that the swap would lose, duplicates rows that the catch-up loaded twice; both fail. Extra ids are news, no fault.
 * @throws only when `signal` is aborted
 */
export async function verifyCatchUp(request: CatchUpRequest): Promise<readonly CatchUpVerdict[]> {
  const { warehouse, signal, timeoutSeconds } = request;
  const options = { timeoutSeconds, ...(signal === undefined ? {} : { signal }) };
  const ask: Ask = (statement) => warehouse.execute(statement, options);
  const catalog = createCatalog(ask);
  return concurrently(request.pairs, request.concurrency, async (pair) => {
    signal?.throwIfAborted();
    try {
      return await checkPair(pair, ask, catalog, request.sampleIds);
    } catch (error) {
      signal?.throwIfAborted();
      const text = `the check of late rows broke, so nothing is known about ${pair.name}: ${messageOf(error)}`;
      return { ...identity(pair), status: 'errored', findings: [{ severity: 'fail', text }], counts: undefined };
    }
  });
}

function identity({ name, upcoming }: CatchUpPair): Pick<CatchUpVerdict, 'name' | 'upcoming'> {
  return { name, upcoming };
}

async function checkPair(pair: CatchUpPair, ask: Ask, catalog: Catalog, samples: number): Promise<CatchUpVerdict> {
  if (pair.conditions?.keyChanged === true) return notMatched(pair);
  if (pair.key === undefined || pair.key.columns.length === 0) return countOnly(pair, ask);
  const pairs = commonColumns(await columnsOf(catalog, pair.production), await columnsOf(catalog, pair.upcoming));
  const key = keyColumns(pairs, pair.key);
  if (key.length !== pair.key.columns.length) {
    throw new Error(`the key ${pair.key.columns.join(', ')} does not exist on both sides.`);
  }
  const { production, upcoming, baseline } = pair;
  const { where, mayLack = [] } = pair.conditions ?? {};
  const late = { production, upcoming, baseline, key, samples, where, mayLack };
  const counts = readLateKeys(late, await ask(compareLateKeys(late)));
  const findings = judgeLateRows(counts);
  const { missing, extra, duplicates } = counts;
  return {
    ...identity(pair),
    status: worst(findings),
    findings,
    counts: { missing, extra, duplicates: duplicates.upcoming, samples: counts.samples },
  };
}

async function columnsOf(catalog: Catalog, relation: RelationName): Promise<readonly Column[]> {
  const columns = await catalog.columns(relation);
  if (columns === undefined) throw new Error(`${displayName(relation)} does not exist, or this role may not see it.`);
  return columns;
}

function judgeLateRows(counts: LateKeyCounts): readonly Finding[] {
  const { missing, missingBefore, spared, extra, duplicates, nullKeys } = counts;
  const findings: Finding[] = [];
  const repeat = `${plural(duplicates.upcoming, 'row')} of blue with a key that another row has`;
  if (missing > 0) {
    const text = `${plural(missing, 'id')} of production ${missing === 1 ? 'is' : 'are'} missing in blue after the catch-up.`;
    findings.push({ severity: 'fail', text });
  }
  if (duplicates.upcoming > duplicates.production) {
    findings.push({
      severity: 'fail',
      text: `${repeat}, ${count(duplicates.production)} in production: loaded twice.`,
    });
  } else if (duplicates.upcoming > 0) {
    findings.push({ severity: 'warn', text: `${repeat}, as in production.` });
  }
  if (nullKeys.upcoming > nullKeys.production) {
    const rows = plural(nullKeys.upcoming, 'row');
    const text = `${rows} of blue with a NULL key, ${count(nullKeys.production)} in production: loaded twice.`;
    findings.push({ severity: 'fail', text });
  }
  if (missingBefore > 0) {
    findings.push({ severity: 'info', text: `${plural(missingBefore, 'id')} missing in blue since it was verified.` });
  }
  if (spared > 0) {
    const text = `${plural(spared, 'id')} of production missing in blue as the project's conditions allow.`;
    findings.push({ severity: 'info', text });
  }
  if (extra > 0) findings.push({ severity: 'info', text: `${plural(extra, 'id')} only in blue.` });
  return findings;
}

/** The old key of a late row says nothing of the new one, and the number of rows may follow the key. */
function notMatched(pair: CatchUpPair): CatchUpVerdict {
  const text = 'what makes the key changed in this deployment: late rows were loaded, but could not be compared.';
  return { ...identity(pair), status: 'warned', findings: [{ severity: 'warn', text }], counts: undefined };
}

/** Without a key only fewer rows than production has can be seen. */
async function countOnly(pair: CatchUpPair, ask: Ask): Promise<CatchUpVerdict> {
  const rows = readRowCounts(await ask(countRowsOfBothSides(pair.production, pair.upcoming)));
  const finding: Finding =
    rows.upcoming < rows.baseline
      ? { severity: 'fail', text: `no key; blue has ${rows.upcoming} rows, production ${rows.baseline}.` }
      : { severity: 'warn', text: 'no key: rows were only counted, lost ids would not show.' };
  return { ...identity(pair), status: worst([finding]), findings: [finding], counts: undefined };
}

function worst(findings: readonly Finding[]): CatchUpVerdict['status'] {
  const status = statusOf(findings);
  return status === 'failed' || status === 'warned' ? status : 'passed';
}
