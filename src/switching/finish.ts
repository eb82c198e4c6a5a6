import type { Marker } from '../deployment/marker.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { queryTag } from '../deployment/run-identity.js';
import { isSamePair } from '../deployment/side-pairs.js';
import { marked, snapshotOf } from '../deployment/state.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError, messageOf } from '../errors.js';
import type { SwapInputs } from '../inputs.js';
import { observe } from '../observing/observe.js';
import type { Code } from '../running/code.js';
import { displayName } from '../snowflake/identifiers.js';
import { renameSchema } from '../snowflake/statements/schemas.js';
import { dropLeftovers } from './drop-leftovers.js';
import { promoteBranch } from './production-branch.js';
import { claim } from './exchange.js';
import type { SwitchJob } from './job.js';
import { findLateWriters } from './late-writers.js';
import type { FormerProduction } from './late-writers.js';
import { gate, repointViews } from './repoint.js';
import { rollBack } from './roll-back.js';
import { settleAfterSwap } from './settle-names.js';
import { settleSidesAfterSwap } from './settle-sides.js';
import { switchOver } from './switch-over.js';
import { testLive } from './test-live.js';
import type { LiveTests } from './test-live.js';

/** How the steps after the swap ended. */
export interface Finished {
  /** `live`: in production, but something that a person must do is outstanding (see `problems`). */
  readonly kind: 'done' | 'live' | 'untested' | 'rolled back';
  /** Stored name of the schema that keeps the former production (or, rolled back, the version given up). */
  readonly snapshot: string | undefined;
  /** Why it is not `done`. */
  readonly problems: readonly string[];
  /** What a person should know. */
  readonly notes: readonly string[];
  readonly next: string;
}

/** Everything after the swap; each step finds out by itself whether it is done, so that a re-run goes on where a dead run stopped. */
export async function finish(job: SwitchJob, code: Code, inputs: SwapInputs): Promise<Finished> {
  const { tools, pair, timeline, record } = job;
  const { live, former } = await timeline.step('Settle names and markers', () =>
    settleAfterSwap(tools, pair, record.deployment),
  );
  const formerName = former?.name.schema;
  const sides = await settleSides(job, code, live);
  await note(job, { PHASE: 'swapped', SNAPSHOT: formerName ?? null });
  await timeline.step('Re-point views', () => repointViews(job, code));
  await timeline.step('Gate: no view reads the upcoming schema', () => gate(job));
  const tests = await timeline.step('Tests after the swap', () => testLive(job, code, former));
  if (tests.kind === 'failed' || (tests.kind === 'untested' && inputs.onUntested === 'rollback')) {
    return undo(job, live, former, reasonOf(tests));
  }
  if (tests.kind === 'untested') return untested(formerName, reasonOf(tests));
  const tested = await markProduction(job, 'tested');
  const promotion = await timeline.step('Promote the production branch', () =>
    promoteBranch(tools, job.project.productionBranch, record.commit),
  );
  const formers = [...(former === undefined ? [] : [{ pair, former }]), ...sides];
  const notes =
    formers.length === 0 ? [] : await timeline.step('Look for late writers', () => findLateWriters(job, formers));
  notes.forEach((text) => tools.log.warning(text));
  await timeline.step('Drop the upcoming and baseline schemas', () => dropLeftovers(tools, pair, record.deployment));
  if (promotion !== undefined) {
    return {
      kind: 'live',
      snapshot: formerName,
      problems: [promotion],
      notes,
      next: 'Move the production branch, then run swap again.',
    };
  }
  const kept = await retireIfAsked(job, former, notes, inputs.afterSuccess);
  await markProduction(job, 'done', tested);
  await note(job, { PHASE: 'done', FINISHED_AT: tools.clock.now().toISOString(), SNAPSHOT: kept ?? null });
  return { kind: 'done', snapshot: kept, problems: [], notes, next: 'Nothing; a rollback is one dispatch away.' };
}

/**
 * Names and markers of the pairs beside the main one; those that a block which stopped half-way did not get to are switched now, with
 * whatever their productions received since.
 */
async function settleSides(job: SwitchJob, code: Code, live: Marker): Promise<readonly FormerProduction[]> {
  const { tools, pair: main, record } = job;
  const pairs = job.switched.filter((pair) => !isSamePair(pair, main));
  const { exchanged, outstanding } = await settleSidesAfterSwap(tools, pairs, record.deployment);
  if (outstanding.length > 0) {
    const names = outstanding.map((pair) => displayName(productionSchema(pair))).join(', ');
    tools.log.warning(`The switch stopped half-way: ${names} still hold the former version. They are switched now.`);
    await refuseWhileAtWork(tools, live, names);
    await switchOver({ ...job, switched: outstanding, onlyRead: [] }, code);
  }
  const rest = await settleSidesAfterSwap(tools, outstanding, record.deployment);
  return [...exchanged, ...rest.exchanged].flatMap(({ pair, former }) =>
    former === undefined ? [] : [{ pair, former }],
  );
}

/** The block of a run that died may still be at work: what it exchanges must not be exchanged twice. */
async function refuseWhileAtWork(tools: SwitchJob['tools'], live: Marker, names: string): Promise<void> {
  if ((await tools.warehouse.cancelTagged(queryTag(live))) === 0) return;
  throw new ActionableError(
    `Statements of run ${live.run}, which began this switch, do not end. Nothing more was changed: ${names} still hold the former version. ` +
      'Run "swap" again in some minutes to finish, or "rollback".',
  );
}

/** The history is for people and later steps: that it cannot be written does not undo a deployment that is live. */
async function note(job: SwitchJob, changes: Parameters<SwitchJob['history']['update']>[1]): Promise<void> {
  try {
    await job.history.update(job.record.deployment, changes);
  } catch (error) {
    job.tools.log.warning(
      `The history could not be updated: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function markProduction(job: SwitchJob, phase: Marker['phase'], known?: Marker): Promise<Marker> {
  const { production } = await observe(job.tools.warehouse, job.pair);
  const marker = production?.comment.marker ?? known;
  if (production === undefined || marker === undefined || marker.deployment !== job.record.deployment) {
    throw new ActionableError(
      `${displayName(productionSchema(job.pair))} no longer holds deployment ${job.record.deployment}. See mode "status".`,
    );
  }
  return marker.phase === phase ? marker : claim(job.tools, production, marker, { phase });
}

async function undo(job: SwitchJob, live: Marker, former: SchemaSeen | undefined, reason: string): Promise<Finished> {
  const { tools, pair, history, timeline } = job;
  const observed = await observe(tools.warehouse, pair);
  const production = observed.production === undefined ? undefined : marked(observed.production);
  const target = snapshotOf(observed, live.parent);
  if (production === undefined || target === undefined) {
    return {
      kind: 'live',
      snapshot: former?.name.schema,
      problems: [
        `${reason} It could not be rolled back by itself, because no former production is there to bring back.`,
      ],
      notes: [],
      next: 'Look at the failing tests; mode "rollback" with "to" can bring back an older snapshot.',
    };
  }
  const back = await rollBack({ tools, pair, history, timeline, live: production, target, carry: 'all', reason }).catch(
    (error: unknown) => {
      throw new ActionableError(
        `${reason} It was being rolled back by itself, and that failed: ${messageOf(error)}\n` +
          `${displayName(target.seen.name)} keeps the former production. Run mode "rollback", which finishes; mode "status" says what is live.`,
        { cause: error },
      );
    },
  );
  return {
    kind: 'rolled back',
    snapshot: back.failed?.name.schema,
    problems: [reason],
    notes: [],
    next: `Mend it and merge again with "accept-rejected: true". The version given up is kept in ${back.failed === undefined ? 'a failed schema' : displayName(back.failed.name)}.`,
  };
}

function untested(snapshot: string | undefined, reason: string): Finished {
  return {
    kind: 'untested',
    snapshot,
    problems: [reason],
    notes: [],
    next: 'Run "swap" again to test and finish, or "rollback".',
  };
}

function reasonOf(tests: LiveTests): string {
  switch (tests.kind) {
    case 'passed':
      return '';
    case 'failed': {
      const names = tests.failed.map(({ name, failures }) => `${name} (${failures ?? '?'} rows)`);
      return `After the swap these tests fail that passed before it: ${names.join(', ')}.`;
    }
    case 'untested': {
      const names = tests.broken.slice(0, 3).map(({ name, message }) => `${name}: ${message ?? 'no message'}`);
      return `After the swap ${tests.broken.length} tests could not run, also on a second try (${names.join('; ')}).`;
    }
  }
}

/** `after-success: retire` gives the former production the name of the upcoming schema: a rollback target, and no lock. */
async function retireIfAsked(
  job: SwitchJob,
  former: SchemaSeen | undefined,
  lateWriters: readonly string[],
  afterSuccess: 'keep' | 'retire',
): Promise<string | undefined> {
  const { tools, pair } = job;
  if (former === undefined || afterSuccess === 'keep' || lateWriters.length > 0) return former?.name.schema;
  const observed = await observe(tools.warehouse, pair);
  const snapshot = snapshotOf(observed, job.marker.parent);
  if (observed.upcoming !== undefined || snapshot === undefined) return former.name.schema;
  const retired = upcomingSchema(pair);
  await tools.warehouse.execute(renameSchema(snapshot.seen.name, retired));
  await claim(tools, { ...snapshot.seen, name: retired }, snapshot.marker, { phase: 'retired' });
  return retired.schema;
}
