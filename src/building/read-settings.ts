import type { Manifest } from '../dbt/manifest.js';
import { ActionableError, messageOf } from '../errors.js';
import type { CommonInputs } from '../inputs.js';
import type { Code } from '../running/code.js';
import { layerSettings, mistakesInSettings } from '../verification/settings/settings-layers.js';
import type { SettingsLayers } from '../verification/settings/settings-layers.js';
import { readProjectFiles } from './project-files.js';

/**
 * What input and project say about verification.
 * @throws ActionableError naming everything that is wrong in it
 */
export async function readSettings(
  code: Pick<Code, 'projectDir'>,
  inputs: Pick<CommonInputs, 'project' | 'verification'>,
  manifest: Manifest,
): Promise<SettingsLayers> {
  const { projectFile, variables } = await readProjectFiles(code, inputs.project.dbtVars, manifest);
  const settings = layer(inputs.verification, projectFile, variables);
  const mistakes = mistakesInSettings(settings, manifest);
  if (mistakes.length > 0) throw wrongSettings(mistakes);
  return settings;
}

function layer(
  { limits, maxBytes }: CommonInputs['verification'],
  projectFile: string,
  variables: Readonly<Record<string, unknown>>,
): SettingsLayers {
  try {
    return layerSettings({ limits, maxBytes, projectFile, variables });
  } catch (error) {
    throw wrongSettings([messageOf(error)], error);
  }
}

function wrongSettings(mistakes: readonly string[], cause?: unknown): ActionableError {
  return new ActionableError(
    `What is to be verified is not written as it should be:\n${mistakes.map((text) => `  - ${text}`).join('\n')}\n` +
      'Nothing was changed. Correct it and run again; docs/verification.md lists all settings.',
    { cause },
  );
}
