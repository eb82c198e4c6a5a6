import { describe, expect, test } from '@jest/globals';
import { readManifest } from '../../src/dbt/manifest-reader.js';

const METADATA = {
  dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
  dbt_version: '1.11.16',
  project_name: 'shop',
};

function nodeOf(node: Record<string, unknown>): ReturnType<typeof readManifest>['nodes'] {
  return readManifest({ metadata: METADATA, nodes: { [String(node['unique_id'])]: node } }).nodes;
}

describe('a manifest', () => {
  test('is read with its meta from config first, tags and constraints from both places', () => {
    const node = nodeOf({
      unique_id: 'model.shop.events',
      resource_type: 'model',
      name: 'events',
      fqn: ['shop', 'staging', 'events'],
      relation_name: 'analytics.public.events',
      checksum: { name: 'sha256', checksum: 'abc' },
      config: { materialized: 'incremental', meta: { owner: 'new' }, tags: ['hourly'] },
      meta: { owner: 'old', team: 'data' },
      tags: ['hourly', 'big'],
      constraints: [{ type: 'primary_key', columns: ['id', 'day'] }],
      columns: {
        id: { name: 'id', meta: { pii: true }, config: { meta: { pii: false } }, constraints: [{ type: 'not_null' }] },
      },
      depends_on: { nodes: ['model.shop.raw'], macros: ['macro.dbt.is_incremental'] },
      contract: { enforced: false, checksum: null },
    }).get('model.shop.events');
    expect(node).toMatchObject({
      materialized: 'incremental',
      meta: { owner: 'new', team: 'data' },
      tags: ['hourly', 'big'],
      checksum: 'abc',
      constraints: [{ type: 'primary_key', columns: ['id', 'day'] }],
      columns: { id: { name: 'id', meta: { pii: false }, constraints: [{ type: 'not_null', columns: ['id'] }] } },
      dependsOnNodes: ['model.shop.raw'],
      dependsOnMacros: ['macro.dbt.is_incremental'],
      test: undefined,
    });
  });

  test.each([
    ['flat', { column_name: 'id', model: '{{ x }}', values: [1, 2] }],
    ['nested', { column_name: 'id', model: '{{ x }}', arguments: { values: [1, 2] } }],
  ])('holds arguments of a generic test, %s', (_form, kwargs) => {
    const node = nodeOf({
      unique_id: 'test.shop.t.1',
      resource_type: 'test',
      attached_node: 'model.shop.events',
      column_name: 'id',
      config: { severity: 'warn' },
      test_metadata: { name: 'accepted_values', kwargs },
    }).get('test.shop.t.1');
    expect(node?.test).toEqual({
      attachedNode: 'model.shop.events',
      columnName: 'id',
      kind: 'accepted_values',
      arguments: { values: [1, 2] },
      severity: 'WARN',
    });
  });

  test('keeps functions beside nodes, and the ids of what is disabled', () => {
    const manifest = readManifest({
      metadata: METADATA,
      nodes: {},
      functions: { 'function.shop.f': { resource_type: 'function', name: 'f' } },
      disabled: { 'model.shop.off': [{}] },
      sources: { 'source.shop.raw.e': { source_name: 'raw', name: 'e', relation_name: 'a.raw.e' } },
      macros: {
        'macro.shop.m': {
          name: 'm',
          package_name: 'shop',
          macro_sql: '{% macro m() %}',
          depends_on: { macros: ['macro.dbt.x'] },
        },
      },
    });
    expect(manifest.nodes.get('function.shop.f')?.resourceType).toBe('function');
    expect([...manifest.disabled]).toEqual(['model.shop.off']);
    expect(manifest.sources.get('source.shop.raw.e')).toMatchObject({ sourceName: 'raw', relationName: 'a.raw.e' });
    expect(manifest.macros.get('macro.shop.m')).toMatchObject({ dependsOnMacros: ['macro.dbt.x'] });
  });

  test('survives what a later dbt may leave out or add', () => {
    const node = nodeOf({ unique_id: 'model.shop.bare', something_new: { a: [1] } }).get('model.shop.bare');
    expect(node).toMatchObject({ resourceType: 'model', fqn: [], columns: {}, relationName: undefined, rawCode: '' });
  });

  test.each([
    undefined,
    [],
    {},
    { metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v11.json' } },
  ])('is refused when it is none, or too old: %j', (json) => {
    expect(() => readManifest(json)).toThrow(/reads version 12.*Upgrade dbt/);
  });
});
