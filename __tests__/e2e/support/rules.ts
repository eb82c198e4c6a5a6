import type { Shop } from './shop.js';

/** Makes a schema for policies and tags, apart from what is deployed, that the deploying role may use. @returns its full name */
export async function makeRules({ admin, warehouse }: Shop): Promise<string> {
  const rules = `${warehouse.database}.RULES`;
  await admin.run(`create schema ${rules}`, `grant usage on schema ${rules} to role ${warehouse.deployRole}`);
  return rules;
}
