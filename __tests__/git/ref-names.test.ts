import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { isFullSha, isRefName, isShortSha } from '../../src/git/ref-names.js';

function gitAccepts(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', `refs/heads/${name}`]);
    return true;
  } catch {
    return false;
  }
}

describe('isRefName', () => {
  const names = [
    'prod',
    'pre-prod',
    'release/2026-11',
    'ümlaut',
    'a@b',
    'x{y}',
    'a.b',
    'a/.b',
    '.a',
    'a.',
    'a..b',
    'a//b',
  ];
  const more = [
    'a.lock',
    'a.lock/b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{1}',
    '/a',
    'a/',
    'a\u007f',
  ];

  test.each([...names, ...more])('agrees with git on %j', (name) => {
    expect(isRefName(name)).toBe(gitAccepts(name));
  });

  test.each(['-x', '--force', 'a/-x', 'HEAD', '@', '', 'a\nb'])('refuses %j', (name) => {
    expect(isRefName(name)).toBe(false);
  });
});

test('a sha is whole only in both lengths that git has', () => {
  expect(isFullSha('a'.repeat(40))).toBe(true);
  expect(isFullSha('0'.repeat(64))).toBe(true);
  expect(isFullSha('a'.repeat(41))).toBe(false);
  expect(isFullSha('A'.repeat(40))).toBe(false);
  expect(isFullSha(`${'a'.repeat(40)}\n`)).toBe(false);
  expect(isShortSha('abc1234')).toBe(true);
  expect(isShortSha('abc')).toBe(false);
});
