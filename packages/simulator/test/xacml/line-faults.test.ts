import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { response, result } from './said.ts';
import { readError, startExchange, verdictOn } from './stage.ts';

describe('an answer that does not hold is a read error, never a permit', () => {
  test.each([
    ['no Result', response()],
    ['a Result about something else', response(result({ resource: 'REF40' }))],
    ['a Result too many', response(result({ resource: 'REF30' }), result({ resource: 'REF40' }))],
    [
      'two Results about one resource',
      response(result({ resource: 'REF30' }), result({ resource: 'REF30' })),
    ],
    ['two nameless Results', response(result(), result())],
    ['a decision that is none', response(result({ decision: 'permit' }))],
    ['two decisions', response(result().replace('</Decision>', '</Decision><Decision>Deny</Decision>'))],
    ['another namespace', response(result()).replace('tc:xacml:2.0:context', 'tc:xacml:3.0:context')],
    ['an HTML page', '<!DOCTYPE html><html><body>Sorry</body></html>'],
    ['half of it', response(result()).slice(0, 100)],
    ['nothing', ''],
    [
      'billion laughs',
      `<!DOCTYPE r [<!ENTITY a "Per"><!ENTITY b "&a;mit">]>${response(result({ decision: '&b;' }))}`,
    ],
    [
      'an external entity',
      `<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>${response(result({ message: '&e;' }))}`,
    ],
    ['more than it should be', response(result()) + ' '.repeat(300_000)],
  ])('%s', async (_what, said) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    expect(await verdictOn(t, said)).toEqual(readError);
    const [transaction] = t.enforcementPoint.transactions();
    expect(transaction).toMatchObject({ decision: null, fault: expect.any(String), code: readError.code });
  });

  test.each([500, 503, 404])('status %i', async (status) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    expect(await verdictOn(t, (text) => ({ status, text }))).toEqual(readError);
  });

  test('among several, one that is missing spoils them all', async () => {
    await using t = await startExchange({ mvpd: 'Dish', authorization: { preflight: 'multi-channel' } });
    t.bend(() => ({ text: response(result({ resource: 'REF30' })) }));
    const verdicts = await t.ask(['REF30', 'sports'], { preflight: true });
    expect([...verdicts.values()]).toEqual([readError, readError]);
  });
});

describe('a line that fails', () => {
  test('in the middle of an answer: network_received_error', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    expect(await verdictOn(t, () => 'reset')).toEqual(readError);
  });

  test('to connect: network_connection_timeout', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const endpoint = `http://127.0.0.1:${port}/authz`;
    await using t = await startExchange({ mvpd: 'Dish', authorization: { endpoint } });
    expect(await verdictOn(t, '')).toEqual({ permit: false, code: 'network_connection_timeout' });
  });

  test('to answer in time: maximum_execution_time_exceeded', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const asked = Promise.withResolvers<void>();
    const verdict = verdictOn(t, () => {
      asked.resolve();
      return 'silence';
    });
    await asked.promise;
    await t.clock.advance(15_000);
    expect(await verdict).toEqual({ permit: false, code: 'maximum_execution_time_exceeded' });
    expect(t.clock.waiting).toBe(0);
  });
});

describe('an MVPD that is made to answer wrongly', () => {
  const denied = { permit: false, code: 'authorization_denied_by_mvpd' };
  const ofEvery = [
    ['missing-result', readError],
    ['wrong-resource', readError],
    ['result-twice', readError],
    ['indeterminate', denied],
    ['unknown-obligation', denied],
  ] as const;
  const ofSoap = ['wrong-issuer', 'other-query', 'unsigned', 'other-key'] as const;

  test.each([
    ...ofEvery.map(([bend, verdict]) => ['Dish', bend, verdict] as const),
    ...ofEvery.map(([bend, verdict]) => ['Cablevision', bend, verdict] as const),
    ...ofSoap.map((bend) => ['Cablevision', bend, readError] as const),
  ])('%s, %s: as often as ordered', async (mvpd, bend, verdict) => {
    await using t = await startExchange({ mvpd });
    t.decisionPoint.injectFault(mvpd, bend, 2);
    for (const expected of [verdict, verdict, { permit: true }])
      expect((await t.ask(['REF30'])).get('REF30')).toMatchObject(expected);
  });

  test('no-time-to-live leaves Adobe to its own setting, without which nothing is permitted', async () => {
    const authorization = { ttl: null, reauthorizeAfter: 60 };
    await using t = await startExchange({ mvpd: 'Cablevision', authorization });
    t.decisionPoint.injectFault('Cablevision', 'no-time-to-live');
    expect((await t.ask(['REF30'])).get('REF30')).toMatchObject(denied);
    t.decisionPoint.clearFaults();
    expect((await t.ask(['REF30'])).get('REF30')).toEqual(
      expect.objectContaining({ permit: true, ttl: 60_000 }),
    );
  });
});
