import { expect, test } from 'vitest';
import { originOf, sessionLife, toAmr } from '#src/authorization-server/provider/session-origin';

const origin = { provider: 'my-idp', provenAt: 1_700_000_000_123 };

test('a session says which provider proved its viewer, and when', () => {
  expect(toAmr(origin)).toEqual(['idp:my-idp', 'at:1700000000123']);
  expect(originOf(toAmr(origin))).toEqual(origin);
});

test.each([
  [undefined],
  [[]],
  [['pwd']],
  [['idp:dtc']],
  [['idp:dtc', 'at:']],
  [['idp:', 'at:1']],
  [['at:1', 'idp:dtc']],
  [['idp:dtc', 'at:1x']],
])('%j says nothing', (amr) => {
  expect(originOf(amr)).toBeUndefined();
});

const settings = { sessionIdleLifetime: 10_000, sessionLifetime: 25_000 };
const session = { amr: toAmr(origin) };

test.each([
  [0, 10],
  [15_000, 10],
  [20_000, 5],
  [24_500, 1],
  [30_000, 1],
])('%i ms after the proof a session lasts %i s if it is not used', (passed, life) => {
  expect(sessionLife(session, settings, origin.provenAt + passed)).toBe(life);
});

test('a session without a viewer ends when it is not used', () => {
  expect(sessionLife({}, settings, origin.provenAt)).toBe(10);
});
