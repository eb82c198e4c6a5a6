/** What a person should know about a plan and no single node tells. */
import type { Manifest } from '../dbt/manifest.js';
import type { Reason } from './plan.js';
import { storedInputs, type Planning } from './planning.js';
import { listed } from './reasons.js';
import { nameIn } from './relation-changes.js';
import type { TestChoice } from './tests-to-run.js';

export function projectNotes(planning: Planning, choice: TestChoice): readonly Reason[] {
  return [
    ...projectHookNotes(planning.comparison.live, planning.comparison.production),
    ...narrowingNotes(planning),
    ...oldInputNotes(planning),
    ...missingInputNotes(planning),
    ...impossibleTestNotes(planning.comparison.production, choice),
  ];
}

/** `on-run-start` and `on-run-end` belong to no model: https://docs.getdbt.com/reference/project-configs/on-run-start-on-run-end */
function projectHookNotes(live: Manifest, head: Manifest): readonly Reason[] {
  const old = projectHooks(live);
  const now = projectHooks(head);
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((id) => {
    if (old.get(id) === now.get(id)) return [];
    const what = !old.has(id) ? 'is new' : now.has(id) ? 'changed' : 'is gone';
    const text = `project hook ${id.split('.').at(-1) ?? id} ${what}: it runs with every dbt command, and no model is rebuilt for it`;
    return [{ text, effect: 'future loads' as const }];
  });
}

function projectHooks(manifest: Manifest): ReadonlyMap<string, string> {
  const hooks = [...manifest.nodes.values()].filter((node) => node.resourceType === 'operation');
  return new Map(hooks.map((hook) => [hook.uniqueId, hook.rawCode]));
}

/** A selection that was written for another change is better told than found out. */
function narrowingNotes({ closure, inScope, comparison }: Planning): readonly Reason[] {
  if (comparison.selected === undefined || closure.rebuilt.size > 0 || inScope.size === 0) return [];
  const names = listed([...inScope].map((id) => nameIn(comparison.production, id)));
  const text = `select and exclude leave nothing to rebuild of what this change affects: ${names}`;
  return [{ text, effect: 'rebuild' }];
}

function oldInputNotes(planning: Planning): readonly Reason[] {
  const { closure, inScope, comparison } = planning;
  return [...closure.rebuilt.keys()].flatMap((id) => {
    const old = storedInputs(id, planning).filter((input) => inScope.has(input) && !closure.rebuilt.has(input));
    if (old.length === 0) return [];
    const names = listed(old.map((input) => nameIn(comparison.production, input)));
    const text = `${nameIn(comparison.production, id)} is rebuilt from the old rows of ${names}, left out by select or exclude`;
    return [{ text, effect: 'rebuild' as const }];
  });
}

/** A build that must fail is better known before it costs anything. */
function missingInputNotes(planning: Planning): readonly Reason[] {
  const { closure, comparison } = planning;
  return [...closure.rebuilt.keys()].flatMap((id) => {
    const missing = storedInputs(id, planning).filter(
      (input) => planning.isAbsent(input) && !closure.rebuilt.has(input),
    );
    if (missing.length === 0) return [];
    const names = listed(missing.map((input) => nameIn(comparison.production, input)));
    const text = `${nameIn(comparison.production, id)} reads ${names}, which production does not have and this plan does not build: its build will fail until it exists in production`;
    return [{ text, effect: 'rebuild' as const }];
  });
}

function impossibleTestNotes(head: Manifest, choice: TestChoice): readonly Reason[] {
  return choice.impossible.map(({ name, missing }) => ({
    text: `test ${name} cannot run before ${nameIn(head, missing)} exists in production: it is left to the schedule`,
    effect: 'metadata' as const,
  }));
}
