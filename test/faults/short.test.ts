import { describe, expect, test, vi } from 'vitest';
import { brokenAnswers } from '../../tools/faults/broken-answers.ts';
import { resetConnections } from '../../tools/faults/broken-connections.ts';
import { failingPosts } from '../../tools/faults/failing-adobe.ts';
import { broken } from '../../tools/faults/fault.ts';
import { history } from '../../tools/faults/history.ts';
import { killedWriters } from '../../tools/faults/killed-writers.ts';
import { lostAnswers } from '../../tools/faults/lost-answers.ts';
import { revokedTokens } from '../../tools/faults/token-herd.ts';

vi.setConfig({ testTimeout: 60_000 });

const quick = [
  failingPosts,
  resetConnections,
  brokenAnswers,
  revokedTokens,
  killedWriters,
  lostAnswers,
  history,
];

/** By counts alone; `npm run faults` has the numbers and the durations. */
describe('with small numbers, nothing is wrong, lost or used twice', () => {
  test.each(quick)('$id: $name', async (fault) => {
    const figures = await fault.run('short');
    if (typeof figures === 'string') return console.warn(`${fault.id} is not planted: ${figures}`);
    const bounds = broken(fault, figures, true);
    expect(bounds.length > 0 ? [...bounds, ...figures.examples] : []).toEqual([]);
  });
});
