import type { DbtListing } from './dbt.js';
import type { DbtEvent } from './events.js';
import { asObject, textAt } from './json-values.js';

/** Reads what `dbt ls --output json` writes: each node is an event of its own whose message is a line of JSON. */
export class Listing implements DbtListing {
  readonly uniqueIds: string[] = [];
  readonly warnings: string[] = [];

  take({ level, message, name }: DbtEvent): void {
    if (level === 'warn' && WARNINGS.has(name)) this.warnings.push(message.trim());
    const uniqueId = message.startsWith('{') ? textAt(parsed(message), 'unique_id') : undefined;
    if (uniqueId !== undefined) this.uniqueIds.push(uniqueId);
  }
}

/** About the selection; others (deprecations, unused configuration) are about the project. */
const WARNINGS = new Set(['NoNodesForSelectionCriteria', 'NoNodesSelected']);

function parsed(line: string): ReturnType<typeof asObject> {
  try {
    return asObject(JSON.parse(line) as unknown);
  } catch {
    return {};
  }
}
