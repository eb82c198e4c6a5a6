import { createHash } from 'node:crypto';
import type { CatchUpVerdict } from '../verification/late-rows.js';
import type { SampleKeys, Samples, Verdict } from '../verification/verdict.js';

/** How sample ids may leave the warehouse. */
export type SampleIds = 'plain' | 'hashed' | 'none';

const HASH_LENGTH = 12;

/** The verdict with its sample keys as the policy allows. */
export function treatVerdict(verdict: Verdict, policy: SampleIds): Verdict {
  if (policy === 'plain') return verdict;
  const models = verdict.models.map((model) => {
    if (model.comparison === undefined) return model;
    const samples = treatSamples(model.comparison.samples, policy);
    return { ...model, comparison: { ...model.comparison, samples } };
  });
  return { ...verdict, models };
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
