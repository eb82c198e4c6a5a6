import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/clock.js';
import { parseEvent } from '../../src/dbt/events.js';
import type { NodeListener } from '../../src/dbt/dbt.js';
import type { DbtEvent } from '../../src/dbt/events.js';
import { Progress } from '../../src/dbt/progress.js';
import { silentLog } from '../../src/log.js';

/** A line as dbt 1.11 writes it to stdout, shortened. */
function line(name: string, node: Record<string, unknown>, data: Record<string, unknown> = {}): DbtEvent {
  const json = {
    data: { ...data, node_info: node },
    info: { name, level: 'info', msg: `${name} of ${String(node['unique_id'])}` },
  };
  const event = parseEvent(JSON.stringify(json));
  if (event === undefined) throw new Error('The line is no event.');
  return event;
}

function watch(
  fullRefresh: boolean,
  ids: readonly string[],
  listener?: NodeListener,
): { progress: Progress; lines: string[]; pass: (seconds: number) => void } {
  const lines: string[] = [];
  let now = Date.parse('2026-11-22T12:00:00Z');
  const clock: Clock = { now: () => new Date(now), sleep: () => Promise.resolve() };
  const nodes = ids.map((uniqueId) => ({ uniqueId, fqn: uniqueId.split('.').slice(1) }));
  const progress = new Progress(
    { nodes, fullRefresh, title: 't', ...(listener === undefined ? {} : { listener }) },
    { ...silentLog, info: (message) => lines.push(message) },
    clock,
  );
  return { progress, lines, pass: (seconds) => (now += seconds * 1000) };
}

/** Collects the unique ids of nodes that ended well. */
function collecting(finished: string[]): NodeListener {
  return {
    started: () => undefined,
    ended: (uniqueId, { isGood }) => {
      if (isGood) finished.push(uniqueId);
    },
  };
}

const A = { unique_id: 'model.shop.product_event_1', node_name: 'product_event_1', materialized: 'incremental' };
const B = { unique_id: 'model.shop.totals', node_name: 'totals', materialized: 'view' };

describe('progress', () => {
  test('is a line for each node, counted by the plan', () => {
    const { progress, lines } = watch(true, [A.unique_id, B.unique_id, 'model.shop.third']);
    progress.take(line('LogStartLine', A));
    progress.take(
      line('LogModelResult', { ...A, node_status: 'success' }, { status: 'SUCCESS 50000', execution_time: 12.34 }),
    );
    progress.take(line('LogModelResult', { ...B, node_status: 'error' }, { status: 'ERROR', execution_time: 0.2 }));
    progress.take(
      line('SkippingDetails', { unique_id: 'model.shop.third', node_name: 'third', materialized: 'table' }),
    );
    expect(lines).toEqual([
      '[1/3] OK product_event_1 (incremental, full refresh) 12.3 s, 50,000 rows',
      '[2/3] ERROR totals (view) 0.2 s',
      '[3/3] SKIPPED third (table)',
    ]);
  });

  test('tells no row count that CREATE TABLE AS made up', () => {
    const full = watch(true, [A.unique_id]);
    full.progress.take(
      line('LogModelResult', { ...A, node_status: 'success' }, { status: 'SUCCESS 1', execution_time: 1 }),
    );
    expect(full.lines).toEqual(['[1/1] OK product_event_1 (incremental, full refresh) 1.0 s']);
    const merge = watch(false, [A.unique_id]);
    merge.progress.take(
      line('LogModelResult', { ...A, node_status: 'success' }, { status: 'SUCCESS 1', execution_time: 1 }),
    );
    expect(merge.lines).toEqual(['[1/1] OK product_event_1 (incremental) 1.0 s, 1 row']);
  });

  test('of tests tells the rows that failed', () => {
    const id = 'test.shop.unique_id.123';
    const { progress, lines } = watch(false, [id]);
    const node = { unique_id: id, node_name: 'unique_id', materialized: 'test', node_status: 'fail' };
    progress.take(line('LogTestResult', node, { num_failures: 3, execution_time: 0.5 }));
    expect(lines).toEqual(['[1/1] FAIL unique_id 0.5 s, 3 rows']);
  });

  test('counts a node once, and only nodes of the plan', () => {
    const { progress, lines } = watch(false, [A.unique_id]);
    const finished = line('LogModelResult', { ...A, node_status: 'success' });
    for (const event of [
      finished,
      finished,
      line('NodeFinished', { ...A, node_status: 'success' }),
      line('LogModelResult', B),
    ]) {
      progress.take(event);
    }
    expect(lines).toEqual(['[1/1] OK product_event_1 (incremental)']);
  });

  test('takes no batch of a microbatch model for the model', () => {
    const finished: string[] = [];
    const { progress, lines } = watch(true, [A.unique_id], collecting(finished));
    const batch = [
      line('NodeStart', { ...A, node_status: 'started' }),
      line('LogBatchResult', { ...A, node_status: 'success' }, { status: 'SUCCESS 1' }),
      line('NodeFinished', { ...A, node_status: 'success' }),
    ];
    for (const event of [line('NodeStart', { ...A, node_status: 'started' }), ...batch, ...batch]) progress.take(event);
    expect({ lines, finished }).toEqual({ lines: [], finished: [] });
    progress.take(
      line('LogModelResult', { ...A, node_status: 'partial success' }, { status: 'PARTIAL SUCCESS (2/3)' }),
    );
    progress.take(line('NodeFinished', { ...A, node_status: 'partial success' }));
    expect({ lines, finished }).toEqual({
      lines: ['[1/1] ERROR product_event_1 (incremental, full refresh)'],
      finished: [],
    });
  });

  test('ends a node with its NodeFinished where dbt says nothing else of it', () => {
    const finished: string[] = [];
    const { progress } = watch(true, [A.unique_id, B.unique_id], collecting(finished));
    progress.take(line('NodeStart', { ...A, node_status: 'started' }));
    progress.take(line('NodeFinished', { ...A, node_status: 'success' }));
    progress.take(line('NodeFinished', { ...B, node_status: 'success' }));
    expect(finished).toEqual([A.unique_id, B.unique_id]);
  });

  test('tells the listener when a node starts and how it ends', () => {
    const heard: unknown[] = [];
    const listener: NodeListener = {
      started: (uniqueId) => heard.push(['started', uniqueId]),
      ended: (uniqueId, end) => heard.push([uniqueId, end]),
    };
    const { progress, pass } = watch(true, [A.unique_id, B.unique_id], listener);
    progress.take(line('LogStartLine', A));
    pass(20);
    // dbt 2.x tells no time.
    progress.take(line('NodeFinished', { ...A, node_status: 'success' }));
    progress.take(line('SkippingDetails', { ...B }));
    expect(heard).toEqual([
      ['started', A.unique_id],
      [A.unique_id, { isGood: true, seconds: 20 }],
      [B.unique_id, { isGood: false, seconds: 0 }],
    ]);
  });

  test('speaks up for what runs long', () => {
    const { progress, lines, pass } = watch(true, [A.unique_id, B.unique_id]);
    progress.take(line('LogStartLine', A));
    pass(20);
    progress.heartbeat();
    expect(lines).toEqual([]);
    progress.take(line('LogStartLine', B));
    pass(250);
    progress.take(line('LogModelResult', { ...B, node_status: 'success' }));
    progress.heartbeat();
    expect(lines.at(-1)).toBe('[1/2] still running: product_event_1 (4 min 30 s)');
  });
});

describe('lines of dbt', () => {
  test.each(['', 'plain words', '{"data": {}}', '{broken', '[1]'])('%j is no event', (text) => {
    expect(parseEvent(text)).toBeUndefined();
  });
});
