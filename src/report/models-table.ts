import { change, count, percent, plural } from '../figures.js';
import type { ModelVerdict, Status } from '../verification/verdict.js';
import { code, table } from './markdown.js';

const ICONS: Readonly<Record<Status, string>> = { passed: '✅', warned: '⚠️', failed: '❌', new: '🆕', errored: '💥' };
const WORST_FIRST: readonly Status[] = ['errored', 'failed', 'warned', 'new', 'passed'];
const HEAD = ['model', 'status', 'rows green → blue', 'missing', 'extra', 'changed', 'columns changed', 'schema'];

/** Worst first, then by name. */
export function worstFirst(models: readonly ModelVerdict[]): readonly ModelVerdict[] {
  return models.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status) || compareText(a.name, b.name),
  );
}

/** Identical in rows and columns: one line holds them all. */
export function isIdentical(model: ModelVerdict): boolean {
  return (
    model.status === 'passed' &&
    model.comparison?.identical === true &&
    model.findings.length === 0 &&
    schemaText(model) === ''
  );
}

/** One row for each model that differs, one line for the identical ones. */
export function modelsTable(models: readonly ModelVerdict[], mostRows: number): string | undefined {
  if (models.length === 0) return undefined;
  const identical = models.filter(isIdentical).length;
  const differing = worstFirst(models.filter((model) => !isIdentical(model)));
  const shown = differing.slice(0, mostRows);
  const parts = [
    shown.length === 0 ? '' : table(HEAD, shown.map(row), new Set([2, 3, 4, 5])),
    differing.length > shown.length
      ? `… and ${plural(differing.length - shown.length, 'more model')} (${statuses(differing.slice(mostRows))}).`
      : '',
    identical === 0 ? '' : `${plural(identical, 'model')} identical.`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `⚠️ warned (sampled)`: what was compared in part is never shown without saying so. */
export function statusText({ status, partial = [] }: Pick<ModelVerdict, 'status' | 'partial'>): string {
  const word = `${ICONS[status]} ${status}`;
  return partial.length === 0 ? word : `${word} (${partial.join(', ')})`;
}

function row(model: ModelVerdict): readonly string[] {
  const { comparison } = model;
  const schemaCell = schemaText(model) || '–';
  if (comparison === undefined) {
    return [code(model.name), statusText(model), '–', '–', '–', '–', '–', schemaCell];
  }
  const { form, baselineRows, upcomingRows, missing, extra, changed, matched, columns } = comparison;
  const isCounted = form === 'counted';
  const delta = change(baselineRows, upcomingRows);
  const names = columns.slice(0, 3).map((column) => code(column.column));
  const more = columns.length > names.length ? ` +${columns.length - names.length}` : '';
  return [
    code(model.name),
    statusText(model),
    `${count(baselineRows)} → ${count(upcomingRows)}${delta === '' ? '' : ` (${delta})`}`,
    isCounted ? '–' : missing === 0 ? '0' : `**${count(missing)}**`,
    isCounted ? '–' : count(extra),
    isCounted || form === 'keyless' ? '–' : changed === 0 ? '0' : `${count(changed)} (${percent(changed, matched)})`,
    names.length === 0 ? '–' : names.join(', ') + more,
    schemaCell,
  ];
}

/** `+2 −1 ~1`: columns added, removed, described otherwise; `≠` for the relation as a whole. */
function schemaText({
  schema,
  properties = [],
  policies = [],
}: Pick<ModelVerdict, 'schema' | 'properties' | 'policies'>): string {
  if (schema === undefined) return '';
  const { added, removed, retyped, recollated, nullability } = schema;
  const columns = new Set([...retyped, ...recollated, ...nullability].map((text) => text.slice(0, text.indexOf(': '))));
  const telling = properties.filter(({ property }) => property !== 'comment').map(({ property }) => property);
  const governing = policies.every(({ kind }) => kind === 'tag') ? 'tags' : 'policies';
  const parts = [
    added.length === 0 ? '' : `+${added.length}`,
    removed.length === 0 ? '' : `**−${removed.length}**`,
    columns.size === 0 ? '' : `~${columns.size}`,
    telling.length === 0 ? '' : `≠ ${telling.join(', ')}`,
    policies.length === 0 ? '' : policies.some(({ after }) => after === '') ? `**${governing}**` : `≠ ${governing}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function statuses(models: readonly ModelVerdict[]): string {
  return WORST_FIRST.flatMap((status) => {
    const number = models.filter((model) => model.status === status).length;
    return number === 0 ? [] : [`${count(number)} ${status}`];
  }).join(', ');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
