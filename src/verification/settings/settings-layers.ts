import { parse } from 'yaml';
import type { Manifest, ManifestNode } from '../../dbt/manifest.js';
import { META_NAME, readModelSettings } from './model-settings.js';
import type { Layer, ModelSettings } from './model-settings.js';
import { mistakesIn, parseSettings } from './parse-settings.js';
import { folderLayers } from './project-folders.js';
import { PROJECT_SETTINGS } from './schema.js';

/** The settings of any node, from all places where they may stand. */
export interface SettingsLayers {
  /** @throws Error naming the place and what is wrong there */
  readonly of: (node: ManifestNode) => ModelSettings;
}

/** Only what the nodes say themselves. */
export const NO_LAYERS: SettingsLayers = { of: (node) => readModelSettings(node) };

/** Where settings may stand besides the nodes' own meta. */
export interface SettingsSources {
  /** The input `limits`: YAML. */
  readonly limits: string;
  /** The input `max-bytes`; empty: no limit. */
  readonly maxBytes: string;
  /** The text of dbt_project.yml. */
  readonly projectFile: string;
  /** The project's `vars:`, with what the command line gives over them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Weakest first: the inputs `max-bytes` and `limits`, the project's variable `blue_green`, the same of the node's package, `+meta` of its
 * folders, its own meta, its columns'.
 * @throws Error when what stands for the whole project is wrong
 */
export function layerSettings({ limits, maxBytes, projectFile, variables }: SettingsSources): SettingsLayers {
  const project: unknown = parse(projectFile);
  const general = [
    parseSettings(PROJECT_SETTINGS, maxBytes === '' ? {} : { max_bytes: maxBytes }, 'The input "max-bytes"'),
    parseSettings(PROJECT_SETTINGS, readYaml(limits), 'The input "limits"'),
    parseSettings(PROJECT_SETTINGS, variables[META_NAME], `The variable ${META_NAME}`),
  ];
  const ofPackage = (name: string): readonly Layer[] => {
    const scoped = variables[name];
    if (typeof scoped !== 'object' || scoped === null || !(META_NAME in scoped)) return [];
    return [parseSettings(PROJECT_SETTINGS, scoped[META_NAME], `The variable ${META_NAME} of ${name}`)];
  };
  return {
    of: (node) => readModelSettings(node, [...general, ...ofPackage(node.packageName), ...folderLayers(project, node)]),
  };
}

/** Everything that is wrong in the settings of a project, each mistake once. */
export function mistakesInSettings(settings: SettingsLayers, manifest: Manifest): readonly string[] {
  const nodes = [...manifest.nodes.values()].filter(({ resourceType }) => VERIFIED.has(resourceType));
  return [...new Set(mistakesIn(nodes.map((node) => () => settings.of(node))))];
}

const VERIFIED: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot']);

function readYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Error('The input "limits" is not YAML.', { cause: error });
  }
}
