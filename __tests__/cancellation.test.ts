import { describe, expect, test } from '@jest/globals';
import { cancelled, listenForCancellation, stoppable } from '../src/cancellation.js';
import { showAllSchemas } from '../src/snowflake/statements/objects.js';
import { RecordingWarehouse } from './support/recording-warehouse.js';

describe('a cancelled job', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s aborts with words for a person, and once stopped nothing listens',
    (name) => {
      const before = process.listenerCount(name);
      const { signal, stop } = listenForCancellation();
      try {
        process.emit(name);
        expect(signal.aborted).toBe(true);
        expect(() => signal.throwIfAborted()).toThrow(/cancelled.*"status"/);
      } finally {
        stop();
      }
      expect(process.listenerCount(name)).toBe(before);
    },
  );

  test('begins no further statement, and lets the one on its way end', async () => {
    const controller = new AbortController();
    let answer: (rows: { name: string }[]) => void = () => undefined;
    const warehouse = new RecordingWarehouse(() => new Promise((resolve) => (answer = resolve)));
    const guarded = stoppable(warehouse, controller.signal);
    const underWay = guarded.execute(showAllSchemas('A'));
    controller.abort(cancelled());
    expect(() => guarded.execute(showAllSchemas('B'))).toThrow('cancelled');
    answer([{ name: 'PUBLIC' }]);
    await expect(underWay).resolves.toEqual([{ name: 'PUBLIC' }]);
    expect(warehouse.sql).toEqual(['SHOW SCHEMAS IN DATABASE "A"']);
  });

  test('still cancels leftovers and closes', async () => {
    const guarded = stoppable(new RecordingWarehouse(), AbortSignal.abort(cancelled()));
    await expect(Promise.all([guarded.cancelLeftovers(), guarded.close()])).resolves.toHaveLength(2);
  });
});
