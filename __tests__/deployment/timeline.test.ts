import { expect, test } from '@jest/globals';
import { Timeline } from '../../src/deployment/timeline.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';

test('steps are listed in order with their duration, and a failed one stays listed while its error goes on', async () => {
  const clock = new SettableClock('2026-11-22T15:30:45Z');
  const log = new RecordingLog();
  const timeline = new Timeline(log, clock);
  await expect(timeline.step('Clone', () => clock.sleep(1500).then(() => 'cloned'))).resolves.toBe('cloned');
  const failure = timeline.step('Swap', async () => {
    await clock.sleep(250);
    throw new Error('refused');
  });
  await expect(failure).rejects.toThrow('refused');
  expect(timeline.entries).toEqual([
    { title: 'Clone', startedAt: '2026-11-22T15:30:45.000Z', seconds: 1.5, outcome: 'done' },
    { title: 'Swap', startedAt: '2026-11-22T15:30:46.500Z', seconds: 0.25, outcome: 'failed' },
  ]);
  expect(log.lines).toEqual(['group: Clone', 'group: Swap']);
});
