import { quoteName, quoteRelation } from '../snowflake/identifiers.js';
import type { ModelVerdict } from '../verification/verdict.js';

/** SQL that shows the finding in a worksheet, ready to paste; undefined when there is nothing to show by key. */
export function reproduction(model: ModelVerdict): string | undefined {
  const { key, comparison, baseline, relation } = model;
  if (key === undefined || key.columns.length === 0 || comparison === undefined || baseline === undefined)
    return undefined;
  const columns = key.columns.map(quoteName);
  const green = quoteRelation(baseline);
  const blue = quoteRelation(relation);
  const changed = [...columns, ...comparison.columns.map((column) => quoteName(column.column))];
  const queries = [
    comparison.missing === 0 ? undefined : except('missing ids', columns, green, blue),
    comparison.duplicateKeys.upcoming === 0 ? undefined : repeated(columns, blue),
    comparison.changed === 0 ? undefined : except('changed (and missing) rows as they were', changed, green, blue),
    comparison.missing > 0 || comparison.extra === 0 ? undefined : except('ids only in blue', columns, blue, green),
  ].filter((query) => query !== undefined);
  return queries.length === 0 ? undefined : queries.join('\n');
}

/** EXCEPT holds NULLs equal, as the comparison does. */
function except(title: string, columns: readonly string[], from: string, without: string): string {
  const list = columns.join(', ');
  return `-- ${title}\nSELECT ${list} FROM ${from}\nEXCEPT\nSELECT ${list} FROM ${without};`;
}

function repeated(columns: readonly string[], relation: string): string {
  const list = columns.join(', ');
  return `-- ids that repeat in blue\nSELECT ${list}, COUNT(*) FROM ${relation} GROUP BY ${list} HAVING COUNT(*) > 1;`;
}
