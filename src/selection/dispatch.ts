/** Which macro `adapter.dispatch()` finds: https://docs.getdbt.com/reference/dbt-jinja-functions/dispatch */
import type { MacroIndex } from './macros.js';
import type { DispatchOrder } from './project-settings.js';
import { keysOf, sameValue } from './variables.js';

/** Packages in the order dbt looks them through, for those whose order differs between the two versions. */
export type ChangedOrders = ReadonlyMap<string, { readonly live: readonly string[]; readonly head: readonly string[] }>;

/** @param project name of the root project, which dbt asks first unless `dispatch:` says otherwise */
export function changedOrders(live: DispatchOrder, head: DispatchOrder, project: string): ChangedOrders {
  const order = (of: DispatchOrder, name: string): readonly string[] => {
    const configured = of[name];
    return Array.isArray(configured) ? configured.map(String) : [project, name];
  };
  const orders = keysOf(live, head).map(
    (name) => [name, { live: order(live, name), head: order(head, name) }] as const,
  );
  return new Map(orders.filter(([, of]) => !sameValue(of.live, of.head)));
}

const DISPATCH =
  /\bdispatch\s*\(\s*(?:macro_name\s*=\s*)?(['"])(\w+)\1\s*,\s*(?:macro_namespace\s*=\s*)?(['"])(\w+)\3/g;

/** Packages to which the text dispatches a call that goes to another macro now. */
export function redirectedBy(
  code: string,
  changed: ChangedOrders,
  live: MacroIndex,
  head: MacroIndex,
): readonly string[] {
  if (changed.size === 0) return [];
  return [...code.matchAll(DISPATCH)].flatMap(([, , name = '', , packageName = '']) => {
    const orders = changed.get(packageName);
    if (orders === undefined) return [];
    return found(live, orders.live, name) === found(head, orders.head, name) ? [] : [packageName];
  });
}

/** The first that dbt finds: package by package, and in each the adapter's own before the default. */
function found(index: MacroIndex, order: readonly string[], name: string): string | undefined {
  // `dbt` stands for all packages that come with it.
  const packages = order.flatMap((each) => (each === 'dbt' ? ['dbt_snowflake', 'dbt'] : [each]));
  const candidates = packages.flatMap((each) =>
    ['snowflake', 'default'].map((prefix) => `macro.${each}.${prefix}__${name}`),
  );
  return candidates.find((id) => index.all.has(id));
}
