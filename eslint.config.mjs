import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The runner's own toolkit is spoken to in four places, so that everything else runs without a runner. */
const TOOLKIT_FILES = ['src/index.ts', 'src/main.ts', 'src/inputs.ts', 'src/runner-log.ts'];

const TOOLKIT_ONLY_AT_THE_EDGE = {
  name: '@actions/core',
  message: 'Only index, main, inputs and runner-log speak to the runner; take a Log or a plain value instead.',
};

/** snowflake-sdk probes cloud metadata addresses and loads a native part when it is imported. */
const SDK_ONLY_LAZILY = {
  name: 'snowflake-sdk',
  message: 'Import types only here; the driver itself is loaded by import() inside src/snowflake/ when it is needed.',
  allowTypeImports: true,
};

const SDK_ONLY_IN_ITS_ADAPTER = {
  selector: "ImportExpression[source.value='snowflake-sdk']",
  message: 'Only src/snowflake/ loads the driver; take a Warehouse instead.',
};

const NO_SHELL = {
  selector: "Property[key.name='shell'][value.value=true]",
  message: 'Programs are started with an argument array, never through a shell.',
};

function restrictImports(...paths) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { paths }] };
}

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.venv/', 'coverage/', '.cache/', '.demo/', '**/target/', '**/dbt_packages/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      ...restrictImports(TOOLKIT_ONLY_AT_THE_EDGE, SDK_ONLY_LAZILY),
      'no-restricted-syntax': ['error', SDK_ONLY_IN_ITS_ADAPTER, NO_SHELL],
    },
  },
  { files: TOOLKIT_FILES, rules: restrictImports(SDK_ONLY_LAZILY) },
  { files: ['src/snowflake/**/*.ts'], rules: { 'no-restricted-syntax': ['error', NO_SHELL] } },
  {
    files: ['__tests__/**/*.ts'],
    rules: {
      // A describe() holds all its tests: its length says nothing about one function.
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', NO_SHELL],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
      },
    },
    rules: { 'no-restricted-syntax': ['error', NO_SHELL] },
  },
);
