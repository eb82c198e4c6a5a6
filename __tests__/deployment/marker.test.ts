import { describe, expect, test } from '@jest/globals';
import {
  deploymentInMarker,
  formatComment,
  moveMarker,
  namesSchema,
  newMarker,
  parseComment,
  restoredInMarker,
} from '../../src/deployment/marker.js';
import { D1, D2, REJECTED, RESTORED, marker } from './support/schemas.js';

const LINE = formatComment('', marker());

describe('a comment is read back as it was written', () => {
  const words = [
    '',
    'the shop',
    'two\nlines',
    '\n\nblank lines around\n\n',
    'ends with a line break\n',
    'windows\r\nlines\r\n',
    '  blue-green: indented, so a person wrote it',
    'see blue-green: in the middle of a line',
    `quotes ' " \\ and $$ ; -- \u{1f7e2} ünïcödé`,
  ];
  const markers = [
    marker(),
    marker({ rejected: REJECTED, phase: 'swapped', verdict: 'warned' }),
    marker({ restored: RESTORED, parent: null, base: null }),
    marker({ schema: '"DB"."it""s\n; DROP"', repository: "o'brien/shop" }),
  ];
  test.each(words.flatMap((text) => markers.map((mark) => [text, mark] as const)))('%j', (text, mark) => {
    const read = parseComment(formatComment(text, mark));
    expect(read).toEqual({ words: text, marker: mark, unreadable: undefined });
    // Written again with another marker, a person's words are the same still.
    const moved = moveMarker(mark, { database: 'DB', schema: 'ELSEWHERE' }, {});
    expect(parseComment(formatComment(read.words, moved))).toMatchObject({ words: text, marker: moved });
  });

  test('the marker is one line, the last', () => {
    const comment = formatComment('words', marker({ rejected: { ...REJECTED, reason: 'two\nlines' } }));
    expect(comment.split('\n')).toHaveLength(2);
    expect(comment.split('\n')[1]).toMatch(/^blue-green: \{.*\}$/);
  });

  test('without a marker there are only the words', () => {
    expect(formatComment('the shop', undefined)).toBe('the shop');
    expect(parseComment('the shop')).toEqual({ words: 'the shop', marker: undefined, unreadable: undefined });
    expect(parseComment(null)).toEqual({ words: '', marker: undefined, unreadable: undefined });
  });
});

describe('where a person put the marker', () => {
  test.each([
    ['first', `${LINE}\nthe shop`, 'the shop'],
    ['between', `a\n${LINE}\nb`, 'a\nb'],
    ['with the line ends of Windows', `the shop\n${LINE}\r\n`, 'the shop\n'],
    ['twice the same', `${LINE}\nthe shop\n${LINE}`, 'the shop'],
  ])('%s', (_where, comment, words) => {
    expect(parseComment(comment)).toEqual({ words, marker: marker(), unreadable: undefined });
  });
});

describe('a marker that cannot be read is told, not guessed at', () => {
  const valid = marker();
  test.each([
    ['a newer format', { ...valid, v: 2 }, /v/],
    ['an unknown phase', { ...valid, phase: 'paused' }, /phase/],
    ['a missing field', { ...valid, deployment: undefined }, /deployment/],
    ['another type', { ...valid, attempt: '1' }, /attempt/],
    ['half a rejection', { ...valid, rejected: { reason: 'x' } }, /rejected/],
    ['a list', [valid], /expected object/i],
    ['null', null, /expected object/i],
  ])('%s', (_what, written, reason) => {
    const read = parseComment(`the shop\nblue-green: ${JSON.stringify(written)}`);
    expect(read).toMatchObject({ words: 'the shop', marker: undefined });
    expect(read.unreadable).toMatch(reason);
  });

  test.each(['{', '', 'see the wiki', '{"v":1}{"v":1}'])('not JSON: %j', (written) => {
    const read = parseComment(`blue-green: ${written}\nthe shop`);
    expect(read).toEqual({ words: 'the shop', marker: undefined, unreadable: 'not JSON' });
  });

  test('two markers that differ', () => {
    const other = formatComment('', marker({ deployment: D2 }));
    const read = parseComment(`${LINE}\nthe shop\n${other}`);
    expect(read).toMatchObject({ words: 'the shop', marker: undefined });
    expect(read.unreadable).toMatch(/2 markers/);
  });

  test('a later version may add fields to the same format', () => {
    const read = parseComment(`blue-green: ${JSON.stringify({ ...valid, approvedBy: 'octocat' })}`);
    expect(read).toEqual({ words: '', marker: valid, unreadable: undefined });
  });
});

describe('what a look at the comment alone finds', () => {
  const holds = (text: string, mark: Parameters<typeof marker>[0]): boolean =>
    formatComment(`says "deployment":"${D1}" and "restored":1`, marker(mark)).includes(text);

  test('the deployment that made what stands there', () => {
    expect(holds(deploymentInMarker(D2), { deployment: D2 })).toBe(true);
    expect(holds(deploymentInMarker(D2), { deployment: `${D2}0` })).toBe(false);
  });

  test('the rollback that brought it back, or that none did', () => {
    expect(holds(restoredInMarker(null), {})).toBe(true);
    expect(holds(restoredInMarker(null), { restored: RESTORED })).toBe(false);
    expect(holds(restoredInMarker(RESTORED), { restored: RESTORED })).toBe(true);
    expect(holds(restoredInMarker(RESTORED), { restored: { ...RESTORED, operation: 'another' } })).toBe(false);
  });
});

describe('which schema a marker names', () => {
  const name = { database: 'ANALYTICS', schema: 'PUBLIC' };
  test.each([
    ['itself', name, true],
    ['another schema', { ...name, schema: 'PUBLIC_UPCOMING' }, false],
    ['the same name in another database', { ...name, database: 'ANALYTICS_DEV' }, false],
    ['another case', { ...name, schema: 'public' }, false],
    ['a name with quotes in it', { database: 'ANALYTICS"."PUBLIC', schema: 'PUBLIC' }, false],
  ])('%s', (_what, schema, names) => {
    expect(namesSchema(marker(), schema)).toBe(names);
  });

  test('no marker names nothing', () => {
    expect(namesSchema(undefined, name)).toBe(false);
  });

  test('a moved marker names its new place and nothing else of it changes', () => {
    const to = { database: 'ANALYTICS', schema: 'PUBLIC_RELEASE_X' };
    const moved = moveMarker(marker(), to, { phase: 'swapped' });
    expect(namesSchema(moved, to)).toBe(true);
    expect(moved).toEqual({ ...marker(), schema: '"ANALYTICS"."PUBLIC_RELEASE_X"', phase: 'swapped' });
  });

  test('a new marker names its schema and has no verdict, no swap and no rejection', () => {
    const { repository, deployment, parent, commit, base, phase, run, attempt, startedAt } = marker();
    const made = newMarker({ repository, deployment, parent, commit, base, phase, run, attempt, startedAt }, name);
    expect(namesSchema(made, name)).toBe(true);
    const { verdict, heartbeat, verifiedAt, swappedAt, rejected, restored } = made;
    expect([verdict, heartbeat, verifiedAt, swappedAt, rejected, restored]).toEqual(Array(6).fill(null));
  });
});
