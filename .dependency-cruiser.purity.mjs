/**
 * What may be reached at run time, however long the way: type imports vanish and do not count.
 * A mode is handed its collaborators, so no road leads from it to a program, a socket or a driver.
 */
const OUTSIDE =
  '^(node:)?(child_process|net|http|https|http2|tls|dgram|worker_threads)$|node_modules/(snowflake-sdk|simple-git|@actions|@octokit)/';
const FILES = '^(node:)?fs(/promises)?$';

export default {
  forbidden: [
    {
      name: 'pure-folders-touch-nothing',
      comment: 'deployment, selection and report are functions of what they are given.',
      severity: 'error',
      from: { path: '^src/(deployment|selection|report)/' },
      to: { path: `${OUTSIDE}|${FILES}`, reachable: true },
    },
    {
      name: 'collaborators-are-handed-in',
      comment: 'modes and their parts reach the world only through the interfaces that main hands in.',
      severity: 'error',
      from: { path: '^src/(modes|building|governance|observing|running|switching|verification)/' },
      to: { path: OUTSIDE, reachable: true },
    },
  ],
  options: {
    tsPreCompilationDeps: false,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
