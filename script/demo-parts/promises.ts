/** What the demo shows. It succeeds only when every line was checked on the way. */
export const promises = {
  planWithReasons: 'The plan names each model to rebuild, with its reason',
  productionUntouched: 'Production is untouched while the new version is built beside it',
  commentPosted: 'The report is posted as a comment on the pull request',
  hourlyBefore: 'The hourly schedule before a deployment: nothing lost, nothing double',
  hourlyDuringBuild: 'The hourly schedule during the build: nothing lost, nothing double',
  hourlyBeforeSwap: 'The hourly schedule just before the swap: nothing lost, nothing double',
  hourlyBetween: 'The hourly schedule between swap and re-point: nothing lost, nothing double',
  hourlyAfterRollback: 'The hourly schedule after a rollback: nothing lost, nothing double',
  readersNoErrors: 'Dashboards that poll a table and a view through the swap see no error',
  readersNoOldAfterNew: 'No reader sees the old version after it saw the new one',
  priceForAllHistory: 'The new column is filled for all history',
  grantsKept: 'Every role reads after the swap what it could read before',
  rollbackKeepsRows: 'A rollback keeps the rows that untouched tables received since the swap',
  deployedAgain: 'The same change is deployed again after the rollback',
  badChangeBlocked: 'A change that drops ids is blocked by verification, with missing ids named',
  rolledBackByItself: 'A change that fails after the switch is rolled back by itself',
  cleanedUp: 'Old snapshots and failed versions are dropped, what is needed stays',
} as const;

export type Promised = keyof typeof promises;
