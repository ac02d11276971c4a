import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { call, type Pass, startGatewaySide } from '../adobe-pass/gateway-side.ts';

// A POST on a kept connection that Adobe had just closed was 502 without having reached Adobe. What never left is sent
// again, once; what may have arrived is not.

const writes: readonly (readonly [string, (pass: Pass) => Promise<unknown>])[] = [
  ['create session', (pass) => pass.createSession({ ...call, form: { mvpd: 'Cablevision' } })],
  ['authorize', (pass) => pass.authorize({ ...call, mvpd: 'Cablevision', resources: ['news'] })],
  ['logout', (pass) => pass.logOut({ ...call, mvpd: 'Cablevision' })],
];

test.for(writes)('%s on a connection that is closed at the moment of its use', async ([, run]) => {
  await using side = await startGatewaySide();
  const sockets = new Set<Socket>();
  side.adobe.at('/api/v2/REF30/configuration', (response, { socket }) => {
    sockets.add(socket);
    response.end(JSON.stringify({ requestor: { id: 'REF30', mvpds: [] } }));
  });
  for (let count = 0; count < 20; count += 1) {
    await side.pass.configuration(call);
    for (const socket of sockets) socket.destroy();
    const heard = side.adobe.heard.length;
    await run(side.pass);
    expect(side.adobe.heard.length - heard).toBe(1);
  }
});

const register = (pass: Pass) =>
  pass.register({ environment: 'default', softwareStatement: 'a.b.c', device: call.device });

test.for([...writes, ['register', register] as const])(
  '%s is tried twice where nobody listens',
  async ([, run]) => {
    await using side = await startGatewaySide();
    await side.pass.configuration(call);
    await side.adobe[Symbol.asyncDispose]();
    const before = side.events.length;
    await expect(side.meanwhile(run(side.pass))).rejects.toMatchObject({
      code: 'gateway_adobe_unreachable',
      facts: { sent: 'no' },
    });
    expect(side.events.slice(before).map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 'gateway_adobe_unreachable'],
      [2, 'gateway_adobe_unreachable'],
    ]);
  },
);

test.for([...writes, ['register', register] as const])(
  '%s that has arrived is not repeated',
  async ([, run]) => {
    await using side = await startGatewaySide();
    await side.pass.configuration(call);
    const heard = side.adobe.heard.length;
    for (const path of ['/api', '/o/client']) side.adobe.at(path, (response) => response.destroy());
    await expect(side.meanwhile(run(side.pass))).rejects.toMatchObject({
      code: 'gateway_adobe_unreachable',
      facts: {},
    });
    expect(side.adobe.heard.length - heard).toBe(1);
  },
);

test('one that left on a connection that closes before it is read is not repeated either', async () => {
  await using side = await startGatewaySide();
  await side.pass.configuration(call);
  const heard = side.adobe.heard.length;
  side.adobe.at('/api', ({ socket }) => socket?.end());
  await expect(side.meanwhile(side.pass.createSession({ ...call, form: {} }))).rejects.toMatchObject({
    code: 'gateway_adobe_unreachable',
  });
  expect(side.adobe.heard.length - heard).toBe(1);
});
