/** What must hold of the warehouse after any run, whatever hit it. */
import type { Shop } from '../../e2e/support/shop.js';

/** Of both pairs. */
const OURS = /^PUBLIC_(?:MARKETING_)?(UPCOMING|BASELINE|RELEASE|RESTORE|SNAPSHOT)/;

/** Which version readers see. @throws Error when it is not one whole version with every row of the sources */
export async function productionOf(shop: Shop, sourceRows: number): Promise<'old' | 'new'> {
  const isNew = (await shop.columns('PUBLIC', 'ORDERS')).includes('price');
  const isNewBeside = (await shop.columns('PUBLIC_MARKETING', 'LOYALTY')).includes('twice');
  if (isNew !== isNewBeside) throw new Error(`PUBLIC is ${nameOf(isNew)}, PUBLIC_MARKETING is ${nameOf(isNewBeside)}`);
  const expected = String(sourceRows);
  const seen = new Map<string, string | null>([
    ['rows of ORDERS', await shop.value('select count(*) from PUBLIC.ORDERS')],
    ['ids of ORDERS', await shop.value('select count(distinct order_id) from PUBLIC.ORDERS')],
    ['rows of PAGE_VIEWS', await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')],
    ['orders in the view DAILY_ORDERS', await shop.value('select sum(orders) from PUBLIC_MARKETING.DAILY_ORDERS')],
    ['orders of LOYALTY', await shop.value('select sum(orders) from PUBLIC_MARKETING.LOYALTY')],
    ['orders in the view LOYAL_VIEWS', await shop.value('select sum(orders) from PUBLIC.LOYAL_VIEWS')],
    ...(isNew ? [['prices of ORDERS', await shop.value('select count(price) from PUBLIC.ORDERS')] as const] : []),
  ]);
  const wrong = [...seen].filter(([, count]) => count !== expected).map(([what, count]) => `${what}: ${String(count)}`);
  if (wrong.length > 0) throw new Error(`Of ${expected} there should be: ${wrong.join(', ')}`);
  return nameOf(isNew);
}

function nameOf(isNew: boolean): 'old' | 'new' {
  return isNew ? 'new' : 'old';
}

/** Schemas of a kind, by what follows the name of production. */
export async function schemasOf(shop: Shop, kind: RegExp): Promise<readonly string[]> {
  return (await shop.schemas()).filter((name) => kind.test(name));
}

/** @throws Error unless these are the only schemas of the deployment, besides failed versions */
export async function mustStand(shop: Shop, kinds: Readonly<Record<string, number>>): Promise<void> {
  const counted: Record<string, number> = {};
  for (const name of await schemasOf(shop, OURS)) {
    const kind = OURS.exec(name)?.[1] ?? name;
    counted[kind] = (counted[kind] ?? 0) + 1;
  }
  const [found, wanted] = [counted, kinds].map((each) => JSON.stringify(Object.entries(each).sort()));
  if (found !== wanted) throw new Error(`Schemas: ${String(found)}, but expected ${String(wanted)}`);
}
