import type { BuildInputs, CommonInputs, SwapInputs } from '../inputs.js';
import type { Tools } from '../tools.js';
import { build } from './build.js';
import type { ModeResult } from './result.js';
import { swap } from './swap.js';

/** Build, then swap, in one job. */
export async function deploy(tools: Tools, inputs: CommonInputs & BuildInputs & SwapInputs): Promise<ModeResult> {
  const built = await build(tools, inputs);
  if (built.failure !== undefined) return built;
  return swap(tools, { ...inputs, deploymentId: built.outputs['deployment-id'] });
}
