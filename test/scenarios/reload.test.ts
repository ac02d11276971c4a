import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultFixtures, startSimulator } from '@kinpass/simulator';
import { createDevice, demoDevices, request } from '@kinpass/simulator/client';
import { expect, onTestFinished, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import type { ConfigInput } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { verdicts } from '../support/answers.ts';
import { freePort } from '../support/free-port.ts';
import { type Run, runKinpass } from '../support/run-kinpass.ts';
import { startGateway } from '../support/start-gateway.ts';

type Input = ReturnType<typeof demoConfig>;

/** `kinpass serve` as a process of its own, beside a simulated world; JSON is YAML. */
const serve = async () => {
  const simulator = await startSimulator({
    host: '127.0.0.1',
    ports: portsFrom(0),
    gatewayOrigin: 'http://localhost:8080',
  });
  onTestFinished(() => simulator.close());
  const [publicPort, adminPort] = [await freePort(), await freePort()];
  const publicOrigin = `http://localhost:${publicPort}`;
  const { fixtures, origins } = simulator;
  const all: Input = {
    ...demoConfig({ fixtures, origins, publicOrigin, publicPort, adminPort }),
    log: { level: 'info' },
  };
  const withApps = (...ids: string[]): Input => ({
    ...all,
    apps: (all.apps ?? []).filter(({ id }) => ids.includes(id)),
  });
  const run = runKinpass(['serve', '--config', 'kinpass.yaml']);
  save(run.folder, withApps('ref30-tv'));
  onTestFinished(() => run[Symbol.asyncDispose]());
  await run.until(/Kinpass serves/);
  return {
    run,
    withApps,
    write: (input: object | string) => save(run.folder, input),
    register: (app: string) =>
      request({
        method: 'POST',
        url: `${publicOrigin}/o/client/register`,
        json: {
          software_statement: appNamed(app).softwareStatement,
        },
      }),
    tv: createDevice({
      gateway: publicOrigin,
      app: appNamed('ref30-tv'),
      device: demoDevices.tv,
      clock: systemClock,
      ids: systemIds,
    }),
    readiness: () => request({ url: `http://127.0.0.1:${adminPort}/readyz` }),
    audit: async () => {
      const { body } = await request({ url: `http://127.0.0.1:${adminPort}/audit` });
      return body['entries'];
    },
  };
};

const appNamed = (name: string) => {
  const app = defaultFixtures.apps.find(({ id }) => id === name);
  if (!app) throw new Error(`the simulated world has no "${name}"`);
  return app;
};

/** As editors and deployments do: another file takes the place of the old one. */
const save = (folder: string, input: object | string): void => {
  const file = join(folder, 'kinpass.yaml');
  writeFileSync(`${file}.new`, typeof input === 'string' ? input : JSON.stringify(input));
  renameSync(`${file}.new`, file);
};

/** Of readiness. */
const asInTheFile = { settings: { refused: null }, waiting: { restart: [] } };

/** How often the process said so. */
const said = ({ output }: Run, text: string): number => output.split(text).length - 1;

test('an app that is added to the settings works without a restart', async () => {
  const { run, withApps, write, register, readiness } = await serve();
  expect((await register('ref40-phone')).status).toBe(400);
  write(withApps('ref30-tv', 'ref40-phone'));
  await run.until(/configuration reloaded/);
  expect((await register('ref40-phone')).status).toBe(201);
  expect((await register('ref30-tv')).status).toBe(201);
  expect((await readiness()).body).toMatchObject(asInTheFile);
});

test('a broken file changes nothing, and its faults are reported by field until it is fixed', async () => {
  const { run, withApps, write, register, readiness } = await serve();
  const bad = withApps('ref30-tv', 'ref40-phone') as Input & { apps: { family: string }[] };
  write({ ...bad, apps: bad.apps.map((app) => ({ ...app, family: 'nobody' })), adobe: { origin: 7 } });
  const [line] = await run.until(/\{[^\n]*configuration not reloaded[^\n]*\}/);
  expect(JSON.parse(line)).toMatchObject({ level: 'error', code: 'config_invalid' });
  expect(line).toContain('adobe.origin');
  const ready = await readiness();
  expect(ready.status).toBe(200);
  const since = expect.stringMatching(/^\d{4}-.*Z$/);
  const faults = expect.arrayContaining([expect.stringMatching(/kinpass\.yaml:.*adobe\.origin/)]);
  expect(ready.body).toMatchObject({ settings: { refused: { file: 'kinpass.yaml', since, faults } } });
  expect((await register('ref40-phone')).status).toBe(400);
  expect((await register('ref30-tv')).status).toBe(201);

  write('apps: [\n');
  await run.until(/kinpass\.yaml:2:1 {2}is not valid YAML/);
  write(withApps('ref30-tv', 'ref40-phone'));
  await run.until(/configuration reloaded/);
  expect((await readiness()).body).toMatchObject(asInTheFile);
  expect((await register('ref40-phone')).status).toBe(201);
});

test('the audit log names the settings that a reload changed, and that one was refused', async () => {
  const { run, withApps, write, audit } = await serve();
  const { families = [], ...rest } = withApps('ref30-tv', 'ref40-phone');
  const linked = families.map((family) => ({ ...family, linking: 'none' }));
  write({ ...rest, families: linked });
  await run.until(/configuration reloaded/);
  write('apps: [\n');
  await run.until(/configuration not reloaded/);
  const gateway = { actor: expect.stringMatching(/^gateway@/), via: 'gateway' };
  const applied = { ...gateway, action: 'settings.apply', target: { kind: 'setting', id: 'kinpass.yaml' } };
  expect(await audit()).toMatchObject([
    { ...gateway, action: 'gateway.start', outcome: 'started', details: { production: false } },
    { ...gateway, action: 'gateway.start', outcome: 'done', details: { signingKey: expect.any(String) } },
    { ...applied, outcome: 'started' },
    { ...applied, outcome: 'done', details: { settings: 'families[ref].linking, apps[ref40-phone]' } },
    { ...applied, outcome: 'started' },
    { ...applied, outcome: 'failed', details: { error: 'config_invalid' } },
  ]);
});

test('SIGHUP reloads, and settings that need a restart are reported', async () => {
  const { run, withApps, write, readiness, register } = await serve();
  write({ ...withApps('ref30-tv', 'ref40-phone'), store: { kind: 'memory' }, log: { level: 'debug' } });
  const [line] = await run.until(/\{[^\n]*these settings take effect at the next start[^\n]*\}/);
  expect(JSON.parse(line)).toMatchObject({ settings: expect.arrayContaining(['store.kind', 'log.level']) });
  await run.until(/configuration reloaded/);
  const waiting = expect.arrayContaining(['store.kind', 'log.level']);
  expect((await readiness()).body).toMatchObject({
    settings: { refused: null },
    waiting: { restart: waiting },
  });
  expect((await register('ref40-phone')).status).toBe(201);

  const before = said(run, 'configuration reloaded');
  run.signal('SIGHUP');
  await run.until(new RegExp(`(configuration reloaded[^]*){${before + 1}}`));
  expect((await register('ref30-tv')).status).toBe(201);
});

test('what runs while the settings change finishes as it began; what comes after is new', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const session = await tv.createSession({
    mvpd: 'Cablevision',
    domainName: 'testadobe.com',
    redirectUrl: 'https://www.testadobe.com/in',
  });
  const waiting = tv.call(`/REF30/profiles/code/${session.body['code']}`, { headers: { Prefer: 'wait=1' } });
  await polled(t);
  const families: ConfigInput['families'] = [
    {
      id: 'ref',
      identityProviders: ['dtc'],
      serviceToken: { issuer: 'https://sso.ref.example', lifetime: '10m' },
    },
  ];
  await t.reconfigure({ families, adobe: { timeout: '9s' } });
  expect((await waiting).status).toBe(200);
  await t.control.clearRequests();
  expect((await tv.profiles()).status).toBe(200);
  const claims = (await t.control.requests()).find(({ serviceToken }) => serviceToken)?.serviceToken?.claims;
  expect(Number(claims?.['exp']) - Number(claims?.['iat'])).toBe(600);
});

test('settings that fail at the last step change nothing either', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const families: ConfigInput['families'] = [
    { id: 'ref', identityProviders: ['dtc'], serviceToken: { issuer: 'https://another.example' } },
  ];
  await expect(t.reconfigure({ families })).rejects.toMatchObject({ code: 'subjects_changed' });
  expect((await tv.profiles()).status).toBe(200);
});

/** The wait for the profile has reached Adobe. */
const polled = async ({
  control,
}: {
  control: { requests(): Promise<readonly { operation: string }[]> };
}) => {
  while (!(await control.requests()).some(({ operation }) => operation === 'profiles.code'));
};

test('business rules that have changed apply after SIGHUP; faulty ones are refused with their place', async () => {
  const { run, withApps, write, tv } = await serve();
  const rules = (text: string): void => writeFileSync(join(run.folder, 'rules.yaml'), text);
  rules('rules: []');
  write({ ...withApps('ref30-tv'), decisions: { rules: 'rules.yaml' } });
  await run.until(/configuration reloaded/);
  rules('rules:\n  - { id: night, apps: [nobody], deny: { code: night } }\n');
  run.signal('SIGHUP');
  await run.until(/configuration not reloaded/);
  expect(run.output).toMatch(
    /rules\.yaml:2:25 {2}rules\[0\]\.apps\[0\] {2}app \\?"nobody\\?" does not exist/,
  );
  rules('rules:\n  - { id: night, apps: [ref30-tv], deny: { code: night } }\n');
  const before = said(run, 'configuration reloaded');
  run.signal('SIGHUP');
  await run.until(new RegExp(`(configuration reloaded[^]*){${before + 1}}`));
  await tv.register();
  expect(verdicts(await tv.authorize('Cablevision', ['news']))).toEqual({ news: 'gateway_rule_night' });
});
