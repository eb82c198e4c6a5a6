import { checkBeforeBuild } from '../building/check-before-build.js';
import { withPlan } from '../building/plan-deployment.js';
import { productionOutOfSight } from '../building/preflight.js';
import { decideLock } from '../building/settle-lock.js';
import { productionSchema } from '../deployment/schema-names.js';
import { describe } from '../deployment/state.js';
import { Timeline } from '../deployment/timeline.js';
import { History } from '../history/history.js';
import type { BuildInputs, CommonInputs, Inputs, RollbackInputs, SwapInputs } from '../inputs.js';
import { alreadyBuilt, rehearseBuild } from '../rehearsing/build.js';
import { rehearseRollback } from '../rehearsing/rollback.js';
import { step } from '../rehearsing/step.js';
import type { RehearsedStep } from '../rehearsing/step.js';
import { rehearseFinish, rehearseSwap } from '../rehearsing/swap.js';
import { dryRunLines, dryRunSummary } from '../report/dry-run.js';
import { displayName } from '../snowflake/identifiers.js';
import { readOnly } from '../snowflake/read-only.js';
import { commentOnSchema, dropSchema } from '../snowflake/statements/schemas.js';
import { checkBeforeSwitch } from '../switching/check.js';
import type { Tools } from '../tools.js';
import { chooseOld, reasonToKeep } from './old-schemas.js';
import type { CleanupInputs } from './old-schemas.js';
import type { ModeResult } from './result.js';
import { earlierRollback, liveOf, targetOf, undoneByMarker } from './rollback-target.js';
import { checkRole, lookAround } from './situation.js';
import { standingMarkers } from './standing-markers.js';
import { switchJob } from './switch-job.js';
import { tellPlan } from './tell-plan.js';
import { recordOf, versionToSwap } from './version-to-swap.js';

/** A mode that would change something. */
type ChangingInputs = Exclude<Inputs, { readonly mode: 'plan' | 'status' }>;

/** Makes the same checks as the mode itself, then says its steps and statements instead of taking them. Nothing is changed anywhere. */
export async function dryRun(given: Tools, inputs: ChangingInputs): Promise<ModeResult> {
  const tools = { ...given, warehouse: readOnly(given.warehouse) };
  const steps = await stepsOf(tools, inputs);
  await tools.log.group('Dry run: what would be done', () => {
    dryRunLines(steps).forEach((line) => {
      tools.log.info(line);
    });
    return Promise.resolve();
  });
  return {
    report: undefined,
    summary: dryRunSummary(inputs.mode, steps),
    outputs: { busy: 'false', next: `Nothing was changed. Run mode "${inputs.mode}" without "dry-run" to do it.` },
    failure: undefined,
  };
}

async function stepsOf(tools: Tools, inputs: ChangingInputs): Promise<readonly RehearsedStep[]> {
  switch (inputs.mode) {
    case 'build':
      return stepsOfBuild(tools, inputs);
    case 'deploy':
      return [
        ...(await stepsOfBuild(tools, inputs)),
        step('Swap', [], 'if the verification passes, as mode "swap" does it'),
      ];
    case 'verify':
      return stepsOfVerify(tools, inputs);
    case 'swap':
      return stepsOfSwap(tools, inputs);
    case 'rollback':
      return stepsOfRollback(tools, inputs);
    case 'cleanup':
      return stepsOfCleanup(tools, inputs);
    case 'uninstall':
      return stepsOfUninstall(tools, inputs);
  }
}

async function stepsOfBuild(tools: Tools, inputs: CommonInputs & BuildInputs): Promise<readonly RehearsedStep[]> {
  const { pair, observed, state } = await lookAround(tools, inputs);
  const history = new History(tools.warehouse, pair);
  const { production } = observed;
  if (production === undefined) throw await productionOutOfSight(tools.warehouse, productionSchema(pair));
  const head = await tools.git.commitOf(inputs.headRef ?? 'HEAD');
  const decision = await decideLock(tools, state, head, inputs.onWaiting);
  if (decision.kind === 'already built') return alreadyBuilt(decision);
  await checkRole(tools, inputs, observed);
  return withPlan(tools, inputs.project, pair, inputs, observed, history, async (found) => {
    const made = { ...found, plan: await tellPlan(tools, found.plan) };
    const standing = await checkBeforeBuild(tools, inputs, pair, production, made);
    return rehearseBuild({ tools, inputs, pair, production, ...standing, made }, decision);
  });
}

async function stepsOfVerify(tools: Tools, inputs: CommonInputs): Promise<readonly RehearsedStep[]> {
  const { state } = await lookAround(tools, inputs);
  return [
    step('Verify', [], describe(state), "dbt's tests in blue, comparisons, then the verdict in record and marker"),
  ];
}

async function stepsOfSwap(tools: Tools, inputs: CommonInputs & SwapInputs): Promise<readonly RehearsedStep[]> {
  const timeline = new Timeline(tools.log, tools.clock);
  const { pair, observed, state } = await lookAround(tools, inputs);
  const version = versionToSwap(state, inputs.deploymentId);
  if (version === 'done') return [step('Nothing', [], 'the deployment is live and finished')];
  await checkRole(tools, inputs, observed);
  const history = new History(tools.warehouse, pair);
  const record = await recordOf(history, version.marked);
  const job = switchJob(tools, inputs, pair, history, timeline, record, version.marked.marker);
  if (version.kind === 'to finish') return rehearseFinish(job);
  await checkBeforeSwitch(job, observed, inputs.maxAgeHours);
  return rehearseSwap(job);
}

async function stepsOfRollback(tools: Tools, inputs: CommonInputs & RollbackInputs): Promise<readonly RehearsedStep[]> {
  const timeline = new Timeline(tools.log, tools.clock);
  const { pair, observed, state } = await lookAround(tools, inputs);
  await checkRole(tools, inputs, observed);
  if (earlierRollback(observed, state, inputs.to) !== undefined) {
    return [step('Finish the rollback', [], describe(state))];
  }
  const live = liveOf(observed, state);
  const history = new History(tools.warehouse, pair);
  if (undoneByMarker(await history.read(live.marker.deployment), live, inputs.to) !== undefined) {
    return [step('Roll back by the marker', [], 'the deployment rebuilt nothing: no schema is exchanged')];
  }
  const target = targetOf(observed, live, inputs.to, pair);
  const reason = inputs.reason ?? `rolled back by ${tools.run.actor}`;
  return rehearseRollback({ tools, pair, history, timeline, live, target, carry: inputs.carry, reason });
}

async function stepsOfCleanup(tools: Tools, inputs: CommonInputs & CleanupInputs): Promise<readonly RehearsedStep[]> {
  const situation = await lookAround(tools, inputs);
  const { choice, former } = await chooseOld(tools, situation, inputs);
  const kept = choice.kept.map(({ schema, why }) => `${displayName(schema.name)} stays: ${why}`);
  const drops = [];
  for (const seen of choice.drop) {
    const reason = await reasonToKeep(tools, situation.pair, former, seen);
    if (reason === undefined) drops.push(dropSchema(seen.name));
    else kept.push(`${displayName(seen.name)} stays: ${reason}`);
  }
  return [step('Drop', drops, ...kept)];
}

async function stepsOfUninstall(tools: Tools, inputs: CommonInputs): Promise<readonly RehearsedStep[]> {
  const { productions } = await standingMarkers(tools, await lookAround(tools, inputs));
  const marked = productions.filter(({ production }) => production.comment.marker !== undefined);
  if (marked.length === 0) return [step('Nothing', [], 'production carries no marker')];
  const comments = marked.map(({ production: { name, comment } }) => commentOnSchema(name, comment.words));
  return [step('Take the marker off production', comments)];
}
