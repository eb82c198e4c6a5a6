import type { Inputs } from '../inputs.js';
import type { Tools } from '../tools.js';
import { build } from './build.js';
import { cleanup } from './cleanup.js';
import { deploy } from './deploy.js';
import { plan } from './plan.js';
import type { ModeResult } from './result.js';
import { rollback } from './rollback.js';
import { status } from './status.js';
import { swap } from './swap.js';
import { verify } from './verify.js';

export function runMode(tools: Tools, inputs: Inputs): Promise<ModeResult> {
  switch (inputs.mode) {
    case 'plan':
      return plan(tools, inputs);
    case 'build':
      return build(tools, inputs);
    case 'verify':
      return verify(tools, inputs);
    case 'swap':
      return swap(tools, inputs);
    case 'deploy':
      return deploy(tools, inputs);
    case 'rollback':
      return rollback(tools, inputs);
    case 'cleanup':
      return cleanup(tools, inputs);
    case 'status':
      return status(tools, inputs);
  }
}
