import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runKinpass } from '../support/run-kinpass.ts';

const anyPorts = ['--port', '0', '--admin-port', '0', '--simulator-port', '0'];

test('a quiet demo starts, and Ctrl-C ends it with exit code 0', async () => {
  await using demo = runKinpass(['demo', '--quiet', ...anyPorts]);
  const [, gateway] = await demo.until(/gateway +(http:\S+)/);
  await demo.until(/Ctrl-C ends/);
  const discovery = await (await fetch(`${gateway}/.well-known/openid-configuration`)).json();
  expect(discovery).toMatchObject({ issuer: gateway });
  // As a browser asks for an address that somebody typed.
  const typed = { accept: 'text/html', 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' };
  const addresses = demo.output.match(/http:\S+/g) ?? [];
  expect(addresses.length).toBeGreaterThan(8);
  for (const address of addresses)
    expect([address, (await fetch(address, { headers: typed })).status]).toEqual([address, 200]);

  // A terminal and npm both forward Ctrl-C.
  demo.signal('SIGINT');
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(demo.output).toContain('Shutting down gracefully');
});

test('every port in use is one line with the port and the setting, all at once', async () => {
  const others = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    others.map(async (other) => {
      await once(other.listen(0, '127.0.0.1'), 'listening');
      return (other.address() as AddressInfo).port;
    }),
  );
  const [open = 0, admin = 0, simulated = 0] = ports;
  const settings = ['--port', `${open}`, '--admin-port', `${admin}`, '--simulator-port', `${simulated}`];
  await using demo = runKinpass(['demo', ...settings]);
  expect(await demo.ended).toBe(1);
  const [first = '', second = '', third = ''] = demo.output.split('\n');
  expect(first).toMatch(new RegExp(`^kinpass: Port ${open} is in use.*KINPASS_PUBLIC_PORT\\)\\.$`));
  expect(second).toMatch(new RegExp(`^kinpass: Port ${admin} is in use.*KINPASS_ADMIN_PORT\\)\\.$`));
  expect(third).toMatch(new RegExp(`^kinpass: Port ${simulated} is in use.*--simulator-port\\.$`));
  for (const other of others) other.close();
});

test('all configuration faults are reported at once, without a stack trace', async () => {
  await using serve = runKinpass(['serve', '--config', 'kinpass.yaml'], {
    env: { KINPASS_PUBLIC_PORT: 'many' },
  });
  writeFileSync(join(serve.folder, 'kinpass.yaml'), 'aps: []\nadmin: { port: 99999 }\n');
  expect(await serve.ended).toBe(1);
  for (const fault of ['aps  is not', 'admin.port  must', 'public.port  must', 'apps  is missing'])
    expect(serve.output).toContain(fault);
  expect(serve.output).not.toMatch(/\n\s+at /);
});

test('the story reports that nothing is listening', async () => {
  await using story = runKinpass(['story', '--simulator', 'http://localhost:1']);
  expect(await story.ended).toBe(1);
  expect(story.output).toContain(
    'the simulator does not respond at http://localhost:1. Start the demo first',
  );
});
