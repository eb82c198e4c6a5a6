/**
 * What the global setup started and the global teardown ends: jest loads both in one process.
 * @type {(() => Promise<unknown>)[]}
 */
export const stops = [];
