/**
 * The sources are ES modules, as are @actions/core and @actions/github, so jest runs them as such:
 * `node --experimental-vm-modules node_modules/jest/bin/jest.js` (npm run unit, npm run e2e).
 * https://jestjs.io/docs/ecmascript-modules
 */

// At import, snowflake-sdk looks for a cloud's metadata address and loads a native part. Workers inherit these.
process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
process.env.SNOWFLAKE_DISABLE_MINICORE = 'true';

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  // Files outside src/ and __tests__/ are no business of jest's: the Python environment alone has 10,000.
  roots: ['<rootDir>/src', '<rootDir>/__tests__'],
  extensionsToTreatAsEsm: ['.ts'],
  // js first: the mapper below also meets packages, and a package's own .js is meant there.
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  // NodeNext wants `./x.js` written for `./x.ts`; jest resolves files as they lie on disk.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Types are checked by `tsc --noEmit`; here they are only stripped.
  transform: {
    '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.json', diagnostics: false }],
    // A program for the user's Python, which dist/ holds as text.
    '^.+\\.py$': '<rootDir>/__tests__/support/text-of-file.mjs',
  },
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/__tests__/e2e/',
        '<rootDir>/__tests__/every-statement/',
        '<rootDir>/__tests__/contention/',
      ],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/__tests__/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/__tests__/e2e/support/global-setup.mjs',
      globalTeardown: '<rootDir>/__tests__/e2e/support/global-teardown.mjs',
    },
    // Hundreds of runs, each with a server of its own: only when asked for.
    {
      ...shared,
      displayName: 'every-statement',
      testMatch: ['<rootDir>/__tests__/every-statement/**/*.test.ts'],
      globalSetup: '<rootDir>/__tests__/e2e/support/warm-dbt/global-setup.mjs',
      globalTeardown: '<rootDir>/__tests__/e2e/support/global-teardown.mjs',
    },
    // Several runs, readers and writers at once, often enough to speak of a proof: only when asked for.
    {
      ...shared,
      displayName: 'contention',
      testMatch: ['<rootDir>/__tests__/contention/**/*.test.ts'],
      globalSetup: '<rootDir>/__tests__/e2e/support/warm-dbt/global-setup.mjs',
      globalTeardown: '<rootDir>/__tests__/e2e/support/global-teardown.mjs',
    },
  ],
  maxWorkers: 2,
};
