/**
 * The arrows of the house point one way:
 * index -> main -> modes -> {switching, verification, selection} -> deployment, and to the adapters
 * (snowflake, dbt, git, github) through small interfaces that main hands in.
 * Type imports count here; what may be reached at run time is in `.dependency-cruiser.purity.mjs`.
 */
const ADAPTERS = '^src/(snowflake|dbt|git|github)/';
const STORIES = '^src/modes/';
const PARTS = '^src/(building|governance|observing|rehearsing|running|switching|verification|selection|report)/';
const DOMAIN = '^src/deployment/';
const EDGE = '^src/(index|main|inputs|runner-log)\\.ts$';

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

export default {
  forbidden: [
    forbid('no-cycles', 'Two files that need each other are one file, or miss a third.', {}, { circular: true }),
    forbid('no-unresolved', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    forbid(
      'adapters-know-no-story',
      'An adapter serves an interface; it knows neither modes nor the parts of a deployment.',
      { path: ADAPTERS },
      { path: `${STORIES}|${PARTS}|${DOMAIN}` },
    ),
    forbid(
      'adapters-apart',
      'One adapter does not use another: what both need is handed in by main.',
      { path: '^src/(snowflake|dbt|git|github)/' },
      // Words only: dbt writes a profile from the description of the connection, GitHub moves refs that git can hold.
      { path: ADAPTERS, pathNot: '^src/$1/|^src/snowflake/(connection|identifiers)\\.ts$|^src/git/ref-names\\.ts$' },
    ),
    forbid(
      'domain-first',
      'The domain stands on itself and on the two nouns that a deployment carries: its plan and its verdict.',
      { path: DOMAIN },
      { path: `${STORIES}|${PARTS}`, pathNot: '^src/(selection/plan|verification/verdict)\\.ts$' },
    ),
    forbid('parts-know-no-mode', 'A mode calls its parts, never the reverse.', { path: PARTS }, { path: STORIES }),
    forbid(
      'modes-apart',
      'One file a mode; only deploy is made of two others.',
      { path: STORIES, pathNot: '^src/modes/deploy\\.ts$' },
      { path: '^src/modes/(plan|build|verify|swap|rollback|cleanup|status|uninstall|deploy)\\.ts$' },
    ),
    forbid(
      'edge-is-the-top',
      'Main hands everything down; nobody reaches up to it.',
      { pathNot: EDGE },
      { path: '^src/(index|main|runner-log)\\.ts$' },
    ),
    forbid(
      'inputs-are-read-once',
      'Modes and their parts know the type of the settings; reading them is for main.',
      { pathNot: `${EDGE}|-inputs\\.ts$` },
      { path: '^src/(inputs|[a-z-]+-inputs)\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'nobody-imports-tests',
      'What is shipped does not know its tests.',
      { path: '^src/' },
      { path: '^__tests__/' },
    ),
    forbid(
      'only-declared-packages',
      'What src imports is a dependency, not a tool of development.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
