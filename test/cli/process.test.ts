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

  // A terminal and npm both forward Ctrl-C.
  demo.signal('SIGINT');
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(demo.output).toContain('Shutting down gracefully');
});

test('a port in use is one line with the port and the setting', async () => {
  const other = createServer().listen(0, '0.0.0.0');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using demo = runKinpass([
    'demo',
    '--port',
    String(port),
    '--admin-port',
    '0',
    '--simulator-port',
    '0',
  ]);
  expect(await demo.ended).toBe(1);
  expect(demo.output).toMatch(new RegExp(`^kinpass: Port ${port} is in use.*KINPASS_PUBLIC_PORT\\)\\.\n$`));
  other.close();
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
