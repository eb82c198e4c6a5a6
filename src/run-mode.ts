import type { Inputs } from './inputs.js';
import type { Tools } from './tools.js';
import { build } from './modes/build.js';
import { cleanup } from './modes/cleanup.js';
import { deploy } from './modes/deploy.js';
import { dryRun } from './modes/dry-run.js';
import { plan } from './modes/plan.js';
import type { ModeResult } from './modes/result.js';
import { rollback } from './modes/rollback.js';
import { status } from './modes/status.js';
import { swap } from './modes/swap.js';
import { uninstall } from './modes/uninstall.js';
import { verify } from './modes/verify.js';

export function runMode(tools: Tools, inputs: Inputs): Promise<ModeResult> {
  if (inputs.dryRun && inputs.mode !== 'status') {
    // A plan changes nothing but the pull request's comment.
    if (inputs.mode === 'plan') return plan(tools, { ...inputs, github: { ...inputs.github, comment: false } });
    return dryRun(tools, inputs);
  }
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
    case 'uninstall':
      return uninstall(tools, inputs);
  }
}
