import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { response, result } from './response-xml.ts';
import { readError, startExchange, verdictOn } from './stage.ts';

describe('an invalid response is a read error, never a permit', () => {
  test.each([
    ['no Result', response()],
    ['a Result for another resource', response(result({ resource: 'REF40' }))],
    ['an additional Result', response(result({ resource: 'REF30' }), result({ resource: 'REF40' }))],
    ['two Results for one resource', response(result({ resource: 'REF30' }), result({ resource: 'REF30' }))],
    ['two Results without a resource', response(result(), result())],
    ['an invalid decision', response(result({ decision: 'permit' }))],
    ['two decisions', response(result().replace('</Decision>', '</Decision><Decision>Deny</Decision>'))],
    ['another namespace', response(result()).replace('tc:xacml:2.0:context', 'tc:xacml:3.0:context')],
    ['an HTML page', '<!DOCTYPE html><html><body>Sorry</body></html>'],
    ['a truncated response', response(result()).slice(0, 100)],
    ['nothing', ''],
    [
      'billion laughs',
      `<!DOCTYPE r [<!ENTITY a "Per"><!ENTITY b "&a;mit">]>${response(result({ decision: '&b;' }))}`,
    ],
    [
      'an external entity',
      `<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>${response(result({ message: '&e;' }))}`,
    ],
    ['an oversized response', response(result()) + ' '.repeat(300_000)],
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

  test('one missing Result invalidates the whole response', async () => {
    await using t = await startExchange({ mvpd: 'Dish', authorization: { preflight: 'multi-channel' } });
    t.tamper(() => ({ text: response(result({ resource: 'REF30' })) }));
    const verdicts = await t.ask(['REF30', 'sports'], { preflight: true });
    expect([...verdicts.values()]).toEqual([readError, readError]);
  });
});

describe('a transport error', () => {
  test('in the middle of a response: network_received_error', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    expect(await verdictOn(t, () => 'reset')).toEqual(readError);
  });

  test('while connecting: network_connection_timeout', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const endpoint = `http://127.0.0.1:${port}/authz`;
    await using t = await startExchange({ mvpd: 'Dish', authorization: { endpoint } });
    expect(await verdictOn(t, '')).toEqual({ permit: false, code: 'network_connection_timeout' });
  });

  test('after the timeout: maximum_execution_time_exceeded', async () => {
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

describe('fault injection', () => {
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
    ...ofEvery.map(([kind, verdict]) => ['Dish', kind, verdict] as const),
    ...ofEvery.map(([kind, verdict]) => ['Cablevision', kind, verdict] as const),
    ...ofSoap.map((kind) => ['Cablevision', kind, readError] as const),
  ])('%s, %s: as many times as given', async (mvpd, kind, verdict) => {
    await using t = await startExchange({ mvpd });
    t.decisionPoint.injectFault(mvpd, kind, 2);
    for (const expected of [verdict, verdict, { permit: true }])
      expect((await t.ask(['REF30'])).get('REF30')).toMatchObject(expected);
  });

  test('no-time-to-live leaves only Adobe’s own setting, without which nothing is permitted', async () => {
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
