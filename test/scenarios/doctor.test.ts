import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { JsonReport } from '#src/checks/report';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
beforeEach(async () => {
  await t.control.reset();
});
afterAll(() => t[Symbol.asyncDispose]());

/** `kinpass doctor` with the world's settings in a file, these laid over. */
const doctor = async (args: readonly string[] = [], changes: TestWorld['settings'] = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kinpass.yaml');
  writeFileSync(file, stringify({ ...t.settings, ...changes }));
  await using run = runKinpass(['doctor', '--config', file, ...args]);
  return { code: await run.ended, output: run.output };
};

test('in the demo world every check is ok or skipped, a line each', async () => {
  const { code, output } = await doctor();
  expect(output).toMatch(/^\d+ checks: \d+ skipped, \d+ ok\.$/m);
  expect(code).toBe(0);
  expect(output).toContain('ok      adobe.ref40-phone.configuration.REF40');
  expect(output).toContain('REF40 has 7 MVPDs. (mvpds: 7)');
  expect(output).not.toContain('→');
});

test('a viewer keeps what they have, and Adobe sees no device of theirs', async () => {
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  await t.control.clearRequests();
  expect((await doctor()).code).toBe(0);
  const seen = JSON.stringify(await t.control.requests());
  expect(seen).not.toContain(tv.address);
  expect((await tv.profiles()).body['profiles']).toHaveProperty('Cablevision');
});

test('one fault: one line says failed, one says what to do, and the exit code is 1', async () => {
  const settings = t.settings as { apps: Record<string, unknown>[] };
  const apps = settings.apps.map((app, index) =>
    index === 0 ? { ...app, softwareStatement: 'paste' } : app,
  );
  const { code, output } = await doctor([], { apps });
  expect(code).toBe(1);
  expect(output.match(/^failed.*/gm)).toEqual([expect.stringContaining('adobe.ref30-tv.statement')]);
  expect(output.match(/^ +→ .*/gm)).toEqual([expect.stringContaining('Paste it whole')]);
  expect(output).toContain('Not checked: it needs adobe.ref30-tv.statement.');
});

test('as JSON, for some checks and one app', async () => {
  const { code, output } = await doctor(['--json', '--only', 'adobe,clock', '--app', 'ref30-web']);
  const report = JSON.parse(output) as JsonReport;
  expect(code).toBe(0);
  expect(report.ok).toBe(true);
  expect(report.checks.map(({ id }) => id)).toEqual([
    'clock',
    'adobe.ref30-web.statement',
    'adobe.ref30-web.credentials',
    'adobe.ref30-web.token',
    'adobe.ref30-web.configuration.REF30',
    'adobe.ref30-web.redirect-urls',
    'adobe.ref30-web.gateway-host',
  ]);
});

test('a check or an app that does not exist is answered with those that do', async () => {
  const unknown = await doctor(['--only', 'color']);
  expect(unknown.code).toBe(1);
  expect(unknown.output).toContain('no check is called color');
  expect(unknown.output).toContain('keys.published');
  expect((await doctor(['--app', 'nobody'])).output).toMatch(/there is no app "nobody"[\s\S]*ref30-tv/);
  expect((await doctor(['--address-service', 'whoami'])).output).toContain('not a valid http(s) URL');
});

test('docs/doctor.md has a row for every check', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/doctor.md'), 'utf8');
  const table = page.slice(page.indexOf('## Checks'));
  const documented = new Set([...table.matchAll(/^\| `([^`]+)`/gm)].map(([, id]) => id));
  const { checks } = JSON.parse((await doctor(['--json'])).output) as JsonReport;
  const general = (id: string) =>
    id
      .replace(/^(dns|tls)\..*/, '$1.<host>')
      .replace(/^adobe\.[^.]+/, 'adobe.<app>')
      .replace(/configuration\..*/, 'configuration.<service provider>');
  expect(new Set(checks.map(({ id }) => general(id)))).toEqual(documented);
});
