/** Reading values out of JSON that another program wrote, without trusting its shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function objectAt(parent: JsonObject, key: string): JsonObject {
  return asObject(parent[key]);
}

/** An empty object for anything that is none. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function textAt(parent: JsonObject, key: string): string | undefined {
  const value = parent[key];
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(parent: JsonObject, key: string): number | undefined {
  const value = parent[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function textsAt(parent: JsonObject, key: string): readonly string[] {
  const value: unknown = parent[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function objectsAt(parent: JsonObject, key: string): readonly JsonObject[] {
  const value: unknown = parent[key];
  return Array.isArray(value) ? value.map(asObject) : [];
}
