import type { Manifest } from '../dbt/manifest.js';
import type { ModelVerdict } from './verdict.js';

/**
 * Sources go on growing while blue is built, so what blue's models hold beyond the baseline trickles down: an aggregate whose
 * newest row counts ten events more has "changed" though nothing is wrong. That a model's changes may be such is told from
 * what it reads: everything rebuilt there must differ from its own baseline by nothing but rows that may have come since.
 */
export class LateGrowth {
  readonly #manifest: Manifest;
  /** By unique id of a rebuilt relation. */
  readonly #arrivals = new Map<string, number | undefined>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  /**
   * How many rows that may have come since the clone reached what the node reads; undefined when something there differs
   * otherwise, or is not known. What was not rebuilt was cloned, and does not differ.
   */
  before(uniqueId: string): number | undefined {
    const inputs = [...new Set(this.#rebuiltInputs(uniqueId))];
    if (inputs.length === 0) return undefined;
    return inputs.reduce<number | undefined>((sum, id) => {
      const arrived = this.#arrivals.get(id);
      return sum === undefined || arrived === undefined ? undefined : sum + arrived;
    }, 0);
  }

  /** Takes in a judged model; what it reads must have been taken in before. */
  add(model: ModelVerdict, changedItself: boolean): void {
    this.#arrivals.set(model.uniqueId, this.#arrivalsOf(model, changedItself));
  }

  #arrivalsOf(model: ModelVerdict, changedItself: boolean): number | undefined {
    const { comparison, schema, status } = model;
    if (comparison === undefined || schema === undefined || status !== 'passed') return undefined;
    const { missing, extra, extraSinceCutOff, changed, changedSinceCutOff, form, identical } = comparison;
    if (missing > 0 || schema.retyped.length + schema.removed.length > 0) return undefined;
    // Its values were not compared; they follow from what it reads.
    if (model.materialized === 'view') return changedItself ? undefined : this.before(model.uniqueId);
    if (identical) return 0;
    if (form === 'keyless' || extra > (extraSinceCutOff ?? extra)) return undefined;
    const isLate = changed === (changedSinceCutOff ?? 0) || (!changedItself && isLateChange(model));
    return isLate ? extra + changed : undefined;
  }

  #rebuiltInputs(uniqueId: string): readonly string[] {
    const parents = this.#manifest.nodes.get(uniqueId)?.dependsOnNodes ?? [];
    return parents.flatMap((parent) => {
      if (this.#arrivals.has(parent)) return [parent];
      // An ephemeral model is part of whoever reads it.
      return this.#manifest.nodes.get(parent)?.materialized === 'ephemeral' ? this.#rebuiltInputs(parent) : [];
    });
  }
}

function isLateChange({ findings }: ModelVerdict): boolean {
  return findings.some((finding) => finding.isLateChange === true);
}
