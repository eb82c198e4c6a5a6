import { describe, expect, test } from '@jest/globals';
import { literalNames } from '../../src/selection/literal-names.js';

const PUBLIC = [{ database: 'ANALYTICS', schema: 'PUBLIC' }];

describe('a production schema written out', () => {
  test.each([
    'insert into public.log select 1',
    'insert into PUBLIC . log',
    'truncate "PUBLIC"."Log"',
    'select * from analytics.public.x',
    'select * from "analytics"."public"."x"',
    'select * from {{ target.database }}.public.x',
    'grant usage on schema public to role bi',
    'create schema if not exists analytics.public',
    'grant select on all tables in schema analytics.public to role bi',
    "{% do adapter.drop_schema(api.Relation.create(schema='public')) %}",
    '{% set where = "Public" %}',
    'delete from public.{{ name }}',
    '/* {{ run_query("drop table public.x") }} */',
  ])('is found in %s', (code) => {
    expect(literalNames(code, PUBLIC)).toHaveLength(1);
  });

  test.each([
    'grant select on {{ this }} to role public',
    'insert into public_upcoming.log select 1',
    'insert into not_public.log select 1',
    'select * from other.public.x',
    'select * from "OTHER"."PUBLIC"."X"',
    'grant usage on schema other.public to role bi',
    '-- insert into public.log',
    '{# public.log #}',
    'select 1 /* public.log */',
    "{% if target.schema == 'public' %}",
    "select 'public information'",
    'insert into {{ target.schema }}.log',
  ])('is not found in %s', (code) => {
    expect(literalNames(code, PUBLIC)).toEqual([]);
  });

  test('comes with its line, comments and strings before it notwithstanding', () => {
    const code = "-- first\nselect 'a\nb' /* c\nd */\nfrom public.x -- e";
    expect(literalNames(code, PUBLIC)).toEqual([{ schema: 'PUBLIC', line: 5, excerpt: 'from public.x -- e' }]);
  });

  test('may hold characters that mean something in a pattern', () => {
    const odd = [{ database: 'A.B', schema: 'X$(y) [z]' }];
    expect(literalNames('from "A.B"."X$(y) [z]".t', odd)).toHaveLength(1);
    expect(literalNames('from "A.B"."X$(y) z".t', odd)).toEqual([]);
  });
});
