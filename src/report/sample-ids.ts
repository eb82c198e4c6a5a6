import { createHash } from 'node:crypto';
import type { CatchUpVerdict } from '../verification/late-rows.js';
import type { Comparison, SampleKeys, Samples, Verdict } from '../verification/verdict.js';

/** How sample ids may leave the warehouse. */
export type SampleIds = 'plain' | 'hashed' | 'none';

const HASH_LENGTH = 12;

/** What of single rows a report may hold. */
export interface RowPolicy {
  readonly sampleIds: SampleIds;
  /** Whether values of sample rows may be shown as well. */
  readonly sampleValues: boolean;
}

/** The verdict with its sample keys and values as the policy allows; the record may hold more than this run may show. */
export function treatVerdict(verdict: Verdict, policy: RowPolicy): Verdict {
  const models = verdict.models.map((model) =>
    model.comparison === undefined ? model : { ...model, comparison: treatComparison(model.comparison, policy) },
  );
  return { ...verdict, models };
}

function treatComparison(comparison: Comparison, { sampleIds, sampleValues }: RowPolicy): Comparison {
  const { changedValues, ...counts } = comparison;
  const treated = { ...counts, samples: treatSamples(comparison.samples, sampleIds) };
  if (changedValues === undefined || !sampleValues || sampleIds === 'none') return treated;
  // Values are shown as they are: who asked for them asked for that. Only the id beside them follows the policy.
  const shown = changedValues.map((row) => ({ ...row, key: treatKeys([row.key], sampleIds)[0] ?? [] }));
  return { ...treated, changedValues: shown };
}

/** The same for the check of late rows. */
export function treatCatchUp(verdict: CatchUpVerdict, policy: SampleIds): CatchUpVerdict {
  if (verdict.counts === undefined) return verdict;
  return { ...verdict, counts: { ...verdict.counts, samples: treatSamples(verdict.counts.samples, policy) } };
}

function treatSamples(samples: Samples, policy: SampleIds): Samples {
  const treat = (keys: SampleKeys): SampleKeys => treatKeys(keys, policy);
  return {
    missing: treat(samples.missing),
    extra: treat(samples.extra),
    changed: treat(samples.changed),
    duplicate: treat(samples.duplicate),
  };
}

function treatKeys(keys: SampleKeys, policy: SampleIds): SampleKeys {
  switch (policy) {
    case 'plain':
      return keys;
    case 'none':
      return [];
    case 'hashed':
      return keys.map((key) => key.map((part) => (part === null ? null : hashOfId(part))));
  }
}

/**
 * The first 12 hex digits of SHA-256 of the id's text: whoever has the warehouse finds the row with
 * `SUBSTR(SHA2(id::VARCHAR, 256), 1, 12)`. It keeps ids from being read, not from being guessed one by one.
 */
export function hashOfId(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('hex').slice(0, HASH_LENGTH);
}
