import * as core from '@actions/core';
import type { Log } from './log.js';

/** The parts of `@actions/core` that a log needs. */
export type RunnerCommands = Pick<typeof core, 'debug' | 'info' | 'warning' | 'startGroup' | 'endGroup'>;

/** GitHub keeps this many annotations of one severity for a step and drops the rest without a word. */
const ANNOTATIONS_KEPT = 10;

/**
 * The runner takes a line for a command if it starts with `::` (white space before it is skipped) or holds `##[`
 * anywhere; lines end at a carriage return, too. A space breaks either mark and leaves the text readable.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function withoutCommands(text: string): string {
  return text.replace(/(^|[\r\n])(\s*):(?=:)/g, '$1$2: ').replaceAll('##[', '## [');
}

/** The log of one step as GitHub's runner shows it. */
export function createRunnerLog(commands: RunnerCommands = core): Log {
  let annotations = 0;
  let groupOpen = false;
  const info = (message: string): void => commands.info(withoutCommands(message));

  return {
    debug: (message) => commands.debug(message),
    info,
    warning: (message) => {
      annotations += 1;
      if (annotations <= ANNOTATIONS_KEPT) commands.warning(message);
      else info(`Warning: ${message}`);
    },
    group: async (title, work) => {
      // Groups cannot be nested: an inner one would close the outer one, so it becomes a plain line.
      // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#grouping-log-lines
      if (groupOpen) {
        info(title);
        return work();
      }
      groupOpen = true;
      commands.startGroup(title);
      try {
        return await work();
      } finally {
        groupOpen = false;
        commands.endGroup();
      }
    },
  };
}
