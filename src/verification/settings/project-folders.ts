import type { ManifestNode } from '../../dbt/manifest.js';
import { META_NAME } from './model-settings.js';
import type { Layer } from './model-settings.js';
import { parseSettings } from './parse-settings.js';
import { FOLDER_SETTINGS } from './schema.js';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * What dbt_project.yml says for the folders a node lies in, outermost first. dbt lays one `meta` over the other name by name,
 * so that a model's `blue_green` takes the place of its folder's as a whole; the manifest keeps nothing of the folder's.
 * https://docs.getdbt.com/reference/resource-configs/meta, https://docs.getdbt.com/reference/define-configs
 *
 * @param project dbt_project.yml, parsed
 * @throws Error naming the folder and what is wrong
 */
export function folderLayers(project: unknown, node: ManifestNode): readonly Layer[] {
  const layers: Layer[] = [];
  const path = [`${node.resourceType}s`, ...node.fqn];
  let level: unknown = project;
  for (const [index, name] of path.entries()) {
    level = mappingOf(level)[name];
    const written = metaOf(mappingOf(level))[META_NAME];
    if (written !== undefined) layers.push(readFolder(written, path.slice(0, index + 1).join('.')));
  }
  return layers;
}

function readFolder(written: unknown, folder: string): Layer {
  const place = `+meta.${META_NAME} of ${folder} in dbt_project.yml`;
  if (JSON.stringify(written).includes('{{')) throw new Error(`${place} holds Jinja, which is not rendered there.`);
  if ('expect' in mappingOf(written)) {
    throw new Error(`${place} holds "expect": write what a change is expected to do at the model that it changes.`);
  }
  return parseSettings(FOLDER_SETTINGS, written, place);
}

/** A configuration may be written with or without `+`. */
function metaOf(level: Mapping): Mapping {
  return mappingOf(level['+meta'] ?? level['meta']);
}

function mappingOf(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
