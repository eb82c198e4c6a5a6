import { describe, expect, test } from '@jest/globals';
import type { Inventory } from '../../src/observing/inventory.js';
import { carry, isNothing, planCarry } from '../../src/switching/carry.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

function inventory(tables: readonly string[], views: Readonly<Record<string, string>> = {}): Inventory {
  const table = (
    name: string,
  ): readonly [string, Inventory['tables'] extends ReadonlyMap<string, infer T> ? T : never] => [
    name,
    { name, transient: name.startsWith('TR_'), owner: 'R', clusterBy: '', automaticClustering: false, rows: 1 },
  ];
  return {
    tables: new Map(tables.map(table)),
    views: new Map(Object.entries(views).map(([name, text]) => [name, { name, owner: 'R', text }])),
  };
}

const EMPTY = { clone: [], dropTables: [], dropViews: [], changedViews: [] };
const permanent = (name: string): object => ({ name, transient: false });

interface Case {
  readonly what: string;
  readonly source: Inventory;
  readonly target: Inventory;
  readonly moved?: readonly string[];
  readonly rebuilt?: readonly string[];
  readonly plan: object;
}

const CASES: readonly Case[] = [
  { what: 'nothing changed', source: inventory(['A'], { V: 'v' }), target: inventory(['A'], { V: 'v' }), plan: {} },
  {
    what: 'a table got rows',
    source: inventory(['A', 'B']),
    target: inventory(['A', 'B']),
    moved: ['B'],
    plan: { clone: [permanent('B')] },
  },
  {
    what: 'a transient table is cloned as such',
    source: inventory(['TR_A']),
    target: inventory(['TR_A']),
    moved: ['TR_A'],
    plan: { clone: [{ name: 'TR_A', transient: true }] },
  },
  {
    what: 'a table appeared',
    source: inventory(['A', 'NEW']),
    target: inventory(['A']),
    plan: { clone: [permanent('NEW')] },
  },
  {
    what: 'a table appeared and moved: once',
    source: inventory(['NEW']),
    target: inventory([]),
    moved: ['NEW'],
    plan: { clone: [permanent('NEW')] },
  },
  { what: 'a table disappeared', source: inventory([]), target: inventory(['GONE']), plan: { dropTables: ['GONE'] } },
  { what: 'a view disappeared', source: inventory([]), target: inventory([], { V: 'v' }), plan: { dropViews: ['V'] } },
  {
    what: 'a view appeared or changed',
    source: inventory([], { NEW: 'n', CHANGED: 'after', SAME: 's' }),
    target: inventory([], { CHANGED: 'before', SAME: 's' }),
    plan: { changedViews: ['NEW', 'CHANGED'] },
  },
  {
    what: 'what is rebuilt is left alone, whatever happened to it',
    source: inventory(['MOVED', 'ONLY_SOURCE'], { CHANGED: 'after' }),
    target: inventory(['MOVED', 'ONLY_TARGET'], { CHANGED: 'before', NEW_VIEW: 'n' }),
    moved: ['MOVED', 'ONLY_SOURCE'],
    rebuilt: ['MOVED', 'ONLY_SOURCE', 'ONLY_TARGET', 'CHANGED', 'NEW_VIEW'],
    plan: {},
  },
  {
    what: 'a table became a view',
    source: inventory([], { X: 'v' }),
    target: inventory(['X']),
    plan: { dropTables: ['X'], changedViews: ['X'] },
  },
  {
    what: 'a view became a table',
    source: inventory(['X']),
    target: inventory([], { X: 'v' }),
    plan: { clone: [permanent('X')], dropViews: ['X'] },
  },
  {
    what: 'names differ by case',
    source: inventory(['x']),
    target: inventory(['X']),
    plan: { clone: [permanent('x')], dropTables: ['X'] },
  },
];

describe('what has to be carried', () => {
  test.each(CASES.map((row) => [row.what, row] as const))('%s', (_what, { source, target, moved, rebuilt, plan }) => {
    const made = planCarry(source, target, moved ?? [], new Set(rebuilt));
    expect(made).toEqual({ ...EMPTY, ...plan });
    expect(isNothing(made)).toBe(Object.keys(plan).length === 0);
  });
});

describe('carrying', () => {
  const source = { database: 'ANALYTICS', schema: 'PUBLIC' };
  const target = { database: 'ANALYTICS', schema: 'PUBLIC_UPCOMING' };

  test('makes room first, then clones; views are for the caller; only the target is written', async () => {
    const warehouse = new RecordingWarehouse();
    await carry(warehouse, source, target, {
      clone: [
        { name: 'A', transient: false },
        { name: 'b"', transient: true },
      ],
      dropTables: ['T'],
      dropViews: ['V'],
      changedViews: ['C'],
    });
    expect(warehouse.sql).toEqual([
      'DROP VIEW "ANALYTICS"."PUBLIC_UPCOMING"."V"',
      'DROP TABLE "ANALYTICS"."PUBLIC_UPCOMING"."T"',
      'CREATE OR REPLACE TABLE "ANALYTICS"."PUBLIC_UPCOMING"."A" CLONE "ANALYTICS"."PUBLIC"."A" COPY GRANTS',
      'CREATE OR REPLACE TRANSIENT TABLE "ANALYTICS"."PUBLIC_UPCOMING"."b""" CLONE "ANALYTICS"."PUBLIC"."b""" COPY GRANTS',
    ]);
  });

  test('stops at a refusal', async () => {
    const warehouse = new RecordingWarehouse(({ name }) => (name === 'dropView' ? new Error('not owner') : []));
    const plan = { ...EMPTY, dropViews: ['V'], clone: [{ name: 'A', transient: false }] };
    await expect(carry(warehouse, source, target, plan)).rejects.toThrow('not owner');
    expect(warehouse.names).toEqual(['dropView']);
  });
});
