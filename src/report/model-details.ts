import { count, duration, percent, plural } from '../figures.js';
import { displayName } from '../snowflake/identifiers.js';
import type {
  ChangedValues,
  ColumnDifference,
  Finding,
  Key,
  ModelVerdict,
  SampleKeys,
} from '../verification/verdict.js';
import type { Detail } from './detail.js';
import { code, codeBlock, details, paragraphs, prose, table } from './markdown.js';
import { isIdentical, statusText, worstFirst } from './models-table.js';
import { reproduction } from './reproduction.js';

const SIGNS: Readonly<Record<Finding['severity'], string>> = { fail: '❌', warn: '⚠️', info: 'ℹ️' };

/** One folded part for each model that differs, worst first. */
export function modelDetails(models: readonly ModelVerdict[], detail: Detail): string | undefined {
  const differing = worstFirst(models.filter((model) => !isIdentical(model)));
  return paragraphs(differing.slice(0, detail.detailedModels).map((model) => oneModel(model, detail)));
}

function oneModel(model: ModelVerdict, detail: Detail): string | undefined {
  const { comparison } = model;
  const sql = detail.hasSql ? reproduction(model) : undefined;
  const body = paragraphs([
    findingList(model.findings),
    comparison === undefined ? undefined : columnTable(comparison.columns, comparison.matched, detail.columns),
    comparison === undefined ? undefined : samples(model, detail.samples),
    comparison === undefined ? undefined : valueTable(comparison.changedValues, detail.values),
    uncomparedText(model, detail.columns),
    sql === undefined ? undefined : codeBlock('sql', sql),
    comparison === undefined ? undefined : `${keyText(model.key)} ${howText(model)}`,
  ]);
  return body === '' ? undefined : details(`${code(model.name)} ${statusText(model)}`, body);
}

/** Worst first. */
function findingList(findings: readonly Finding[]): string {
  const severities = ['fail', 'warn', 'info'] as const;
  const sorted = severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return sorted.map(({ severity, text }) => `- ${SIGNS[severity]} ${prose(text)}`).join('\n');
}

function keyText(key: Key | undefined): string {
  if (key === undefined || key.columns.length === 0) return 'No key: whole rows were compared.';
  return `Key: ${key.columns.map(code).join(', ')} (from ${prose(key.source)}).`;
}

function howText({ comparison, baseline, relation, seconds }: ModelVerdict): string {
  if (comparison === undefined || baseline === undefined) return '';
  const names = `${code(displayName(baseline))} with ${code(displayName(relation))}`;
  return `Compared ${names} in ${plural(comparison.tableReads, 'table read')}, ${duration(seconds)}.`;
}

function columnTable(columns: readonly ColumnDifference[], matched: number, most: number): string | undefined {
  if (columns.length === 0 || most === 0) return undefined;
  const byChange = columns.toSorted((a, b) => b.changed - a.changed);
  const rows = byChange
    .slice(0, most)
    .map((column) => [
      code(column.column),
      count(column.changed),
      percent(column.changed, matched),
      count(column.toNull),
      count(column.fromNull),
    ]);
  const head = ['column', 'changed', '% of matched', 'value → NULL', 'NULL → value'];
  const rest = columns.length - rows.length;
  return paragraphs([
    table(head, rows, new Set([1, 2, 3, 4])),
    rest > 0 ? `… and ${plural(rest, 'more column')}.` : undefined,
  ]);
}

function samples(model: ModelVerdict, most: number): string | undefined {
  const { comparison } = model;
  if (comparison === undefined || most === 0) return undefined;
  const line = (title: string, keys: SampleKeys): string | undefined =>
    keys.length === 0 ? undefined : `- ${title}: ${keys.slice(0, most).map(keyCode).join(', ')}`;
  const lines = [
    line('missing ids', comparison.samples.missing),
    line('ids only in blue', comparison.samples.extra),
    line('ids of changed rows', comparison.samples.changed),
    line('ids that repeat in blue', comparison.samples.duplicate),
  ];
  return lines.filter((each) => each !== undefined).join('\n');
}

/** One line for each value that differs in a sample row. */
function valueTable(rows: readonly ChangedValues[] | undefined, most: number): string | undefined {
  if (rows === undefined || rows.length === 0 || most === 0) return undefined;
  const lines = rows
    .slice(0, most)
    .flatMap(({ key, values }) =>
      values.map(({ column, before, after }) => [keyCode(key), code(column), valueCode(before), valueCode(after)]),
    );
  return table(['id of a changed row', 'column', 'green', 'blue'], lines);
}

function valueCode(value: string | null): string {
  return value === null ? '<em>NULL</em>' : code(value);
}

function keyCode(key: readonly (string | null)[]): string {
  return key.map(valueCode).join(' / ');
}

function uncomparedText(model: ModelVerdict, most: number): string | undefined {
  if (model.uncompared.length === 0) return undefined;
  if (most === 0) return `${plural(model.uncompared.length, 'column')} not compared.`;
  const shown = model.uncompared.slice(0, most).map(({ column, why }) => `${code(column)} (${prose(why)})`);
  const rest = model.uncompared.length > most ? ` and ${model.uncompared.length - most} more` : '';
  return `Not compared: ${shown.join(', ')}${rest}.`;
}
