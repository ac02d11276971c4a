import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { filledIn, readDeployed } from '../support/deployed-settings.ts';
import { lastOf, readStages } from '../support/dockerfile.ts';

const deploy = join(import.meta.dirname, '../../deploy');

const service = z.object({
  image: z.string(),
  build: z.object({ context: z.literal('..'), target: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  tmpfs: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
});

const composeFile = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean() }).nullable()).default({}),
  secrets: z.record(z.string(), z.object({ file: z.string() })).default({}),
});

const read = (name: string) => composeFile.parse(parse(readFileSync(join(deploy, name), 'utf8')));

const serviceOf = (file: string, name: string) => {
  const found = read(file).services[name];
  if (!found) throw new Error(`${file} has no service ${name}`);
  return found;
};

describe('the gateway of compose.yaml', () => {
  const settings = readFileSync(join(deploy, 'compose/kinpass.yaml'), 'utf8');
  const gateway = serviceOf('compose.yaml', 'kinpass');

  test('takes its settings and variables', async () => {
    expect(gateway.volumes).toEqual(['./compose:/etc/kinpass:ro']);
    const { config, faults, warnings } = await readDeployed(filledIn(settings), gateway.environment);
    expect(faults).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/ shared\.url {2}is not encrypted/)]);
    expect(config?.production).toBe(true);
    expect(gateway.ports).toEqual([`127.0.0.1:8080:${config?.public.port}`]);
    const patience = (config?.shutdown.delay ?? 0) + (config?.shutdown.grace ?? 0);
    expect(Number(gateway.stop_grace_period?.replace('s', '000'))).toBeGreaterThan(patience);
  });

  test('does not start before somebody has filled in what is an example', async () => {
    const { faults } = await readDeployed(settings, gateway.environment);
    expect(faults.map((fault) => fault.split(/ {2}/)[1])).toEqual([
      'publicOrigin',
      'identityProviders[0].issuer',
      'families[0].serviceToken.issuer',
    ]);
  });

  test('is given each file that a variable names, and no other', () => {
    const { secrets } = read('compose.yaml');
    const named = Object.values(gateway.environment);
    expect(gateway.secrets.map((name) => `/run/secrets/${name}`).sort()).toEqual(named.sort());
    expect(gateway.secrets.filter((name) => secrets[name]?.file !== `./secrets/${name}`)).toEqual([]);
  });

  test('reaches PostgreSQL and Valkey on a network that nobody else reaches', () => {
    const { services, networks } = read('compose.yaml');
    expect(networks['data']).toEqual({ internal: true });
    for (const name of ['postgres', 'valkey']) expect(services[name]?.networks).toEqual(['data']);
    for (const name of ['postgres', 'valkey']) expect(services[name]?.ports).toEqual([]);
  });
});

test.each([
  ['compose.yaml', 'kinpass', 'gateway'],
  ['compose.demo.yaml', 'demo', 'demo'],
])('in %s %s has no privileges, and writes to memory alone', (file, name, target) => {
  const found = serviceOf(file, name);
  expect(found).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  });
  expect(found.build?.target).toBe(target);
  expect(readStages().map((stage) => stage.name)).toContain(target);
  const [uid, gid] = lastOf('USER')?.split(':') ?? [];
  expect(found.tmpfs).toEqual([`${lastOf('WORKDIR')}:uid=${uid},gid=${gid},mode=0700`]);
});

test('the demo needs the loopback interface of the machine: that is where its world listens', () => {
  expect(serviceOf('compose.demo.yaml', 'demo').network_mode).toBe('host');
});

test('the secrets stay out of git', () => {
  expect(readFileSync(join(deploy, '../.gitignore'), 'utf8').split('\n')).toContain('/deploy/secrets/');
});
