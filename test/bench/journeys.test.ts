import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { journeyTable, measureJourneys } from '../../bench/journeys/journeys.ts';

test('a return takes one call to Adobe at most, a playback one, a second app no login; README shows all', async () => {
  const measured = await measureJourneys();
  const [direct, , started] = measured.map(({ costs }) => costs);
  expect(started?.return.adobe).toBeLessThanOrEqual(1);
  expect(started?.playback).toEqual({ app: 1, adobe: 1, logins: 0 });
  expect([direct?.secondDevice.logins, started?.secondDevice.logins]).toEqual([1, 0]);
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const row of journeyTable(measured).split('\n').slice(2)) expect(readme).toContain(row);
});
