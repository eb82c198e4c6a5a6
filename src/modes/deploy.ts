import { TimeLimit } from '../building/time-limit.js';
import type { BuildInputs, CommonInputs, SwapInputs } from '../inputs.js';
import type { Tools } from '../tools.js';
import { build } from './build.js';
import type { ModeResult } from './result.js';
import { swap } from './swap.js';

/** Build, then swap, in one job. */
export async function deploy(tools: Tools, inputs: CommonInputs & BuildInputs & SwapInputs): Promise<ModeResult> {
  const limit = TimeLimit.begin(tools, inputs.timeoutMinutes);
  const built = await build(tools, inputs, limit);
  if (built.failure !== undefined) return built;
  if (limit.isOver) {
    const failure = `The new version is verified, and the limit of ${limit.minutes ?? 0} minutes was reached before the swap; run again: the next run goes on with the swap. Production was not touched.`;
    return { ...built, failure };
  }
  return swap(tools, { ...inputs, deploymentId: built.outputs['deployment-id'] });
}
