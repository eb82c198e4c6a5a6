import { ActionableError } from '../errors.js';
import type { DbtCriteria, DbtNodeRef } from './dbt.js';

/** Linux gives a program about 2 MB for arguments and environment together. */
const MAX_BYTES = 1_200_000;

/**
 * `--select` arguments that select exactly these nodes.
 *
 * dbt cannot select by unique id. Its `fqn:` also selects what lies in a folder of the same name (`fqn:shop.events` selects
 * models/events.sql and everything in models/events/) and the same path in another package, so package and file name are
 * demanded as well. https://docs.getdbt.com/reference/node-selection/methods
 * @throws RangeError when no node is given: dbt would then run everything.
 */
export function selectionArguments(nodes: readonly DbtNodeRef[]): readonly string[] {
  if (nodes.length === 0) throw new RangeError('No node was given to run; without a selection dbt would run all.');
  const items = nodes.map(selectorOf);
  const bytes = items.reduce((sum, item) => sum + Buffer.byteLength(item) + 1, 0);
  if (bytes > MAX_BYTES) {
    throw new ActionableError(
      `The plan selects ${nodes.length} nodes, more than fit in one dbt command (${bytes} bytes of ${MAX_BYTES}). ` +
        'Nothing was run. Narrow the inputs select and exclude, and deploy in two steps.',
    );
  }
  return ['--select', ...items];
}

/**
 * Arguments of a person's own criteria. Without any to select, all nodes are named, since a default of selectors.yml would
 * narrow too: https://docs.getdbt.com/reference/node-selection/yaml-selectors#default
 * @throws RangeError for a criterion that dbt would take for an option
 */
export function criteriaArguments({ select, exclude }: DbtCriteria): readonly string[] {
  const option = [...select, ...exclude].find((criterion) => criterion.startsWith('-'));
  if (option !== undefined) throw new RangeError(`The criterion ${option} begins with a dash.`);
  const selected = select.length > 0 ? select : ['fqn:*'];
  return ['--select', ...selected, ...(exclude.length > 0 ? ['--exclude', ...exclude] : [])];
}

function selectorOf(node: DbtNodeRef): string {
  const [packageName = ''] = node.fqn;
  const conditions = [`fqn:${node.fqn.map(literal).join('.')}`, `package:${literal(packageName)}`];
  const fileName = fileNameOf(node);
  if (fileName !== undefined) conditions.push(`file:${literal(fileName)}`);
  return conditions.join(',');
}

/** Models, seeds and singular tests are called like their files; snapshots, generic tests and versions of a model are not. */
function fileNameOf(node: DbtNodeRef): string | undefined {
  const [resourceType = '', packageName = '', ...rest] = node.uniqueId.split('.');
  const leaf = node.fqn.at(-1);
  const isNamedByFile = ['model', 'seed', 'test'].includes(resourceType) && packageName === node.fqn[0];
  return isNamedByFile && leaf !== undefined && rest.join('.') === leaf ? leaf : undefined;
}

/**
 * A pattern for this text alone, as far as dbt allows: it tears selectors apart at white space, comma, colon, plus and at sign and
 * knows no way to quote them, so `?`, any one character, stands for those. The rest matches as Python's fnmatch does.
 */
function literal(segment: string): string {
  return segment.replaceAll(/[*?[\]]/g, (character) => `[${character}]`).replaceAll(/[\s\p{Cc},:+@]/gu, '?');
}
