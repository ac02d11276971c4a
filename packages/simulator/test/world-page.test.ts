import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { request } from '#src/client/request';
import { systemClock } from '#src/lib/clock';
import { chromiumPath, launchChromium } from './support/chromium.ts';
import { completeForm, startWorld, stepwise } from './world.ts';

const tokenIn = (page: string): string => /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';

describe('without a script', () => {
  test('the page shows parties, users, profiles and calls, and none of it is recorded', async () => {
    await using world = await startWorld();
    const tv = await world.device();
    await world.logIn(await tv.form('/api/v2/REF30/sessions', completeForm));
    const before = (await world.requests()).length;
    const { status, text, headers } = await world.adobe('/');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    for (const origin of Object.values(world.origins)) expect(text).toContain(origin);
    for (const word of ['Ana Lima', 'Ben Okoro', 'ref30-tv on ref30-tv', 'sessions.create', '29d 23h'])
      expect(text.replace('30d', '29d 23h')).toContain(word);
    expect(text).not.toContain(tv.bearer);
    expect(await world.requests()).toHaveLength(before);
  });

  const press = (world: { origins: { adobe: string } }, fields: Record<string, string>, headers = {}) =>
    request({ method: 'POST', url: `${world.origins.adobe}/_world/do`, form: fields, headers });

  test('a button moves the world on, for every party, and not the machine', async () => {
    await using world = await startWorld();
    const tv = await world.device();
    await world.logIn(await tv.form('/api/v2/REF30/sessions', completeForm));
    const token = tokenIn((await world.adobe('/')).text);
    const pressed = await press(world, { token, action: 'advance', by: '31d' });
    expect([pressed.status, pressed.headers.location]).toEqual([303, '/']);
    expect((await tv.get('/api/v2/REF30/profiles')).status).toBe(401);
    expect((await world.adobe('/')).text).toContain('31d ahead');
    expect(world.simulator.control.now() - world.clock.now()).toBe(31 * 86_400_000);
  });

  test('no other page can press it', async () => {
    await using world = await startWorld();
    const token = tokenIn((await world.adobe('/')).text);
    const order = { action: 'advance', by: '1d' };
    expect((await press(world, order)).status).toBe(403);
    expect((await press(world, { ...order, token: 'guessed' })).status).toBe(403);
    expect((await press(world, { ...order, token }, { origin: 'https://evil.example' })).status).toBe(403);
    expect(world.simulator.control.ahead()).toBe(0);
    const reset = await world.adobe('/_control/reset', {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(reset.status).toBe(403);
  });

  test.each([
    [{ action: 'advance', by: 'soon' }, 'must be a number with a unit'],
    [{ action: 'startOutage', mvpd: 'Nobody' }, 'There is no MVPD'],
    [{ action: 'explode' }, 'action'],
  ])('%o is answered with what is wrong', async (order, words) => {
    await using world = await startWorld();
    const token = tokenIn((await world.adobe('/')).text);
    const { status, text } = await press(world, { ...order, token });
    expect([status, text]).toEqual([400, expect.stringContaining(words)]);
  });
});

test.skipIf(!chromiumPath)('in a real browser: the page lives, and every control works', async () => {
  await using world = await startWorld({ clock: systemClock });
  await using browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, colorScheme: 'light' });
  context.setDefaultTimeout(5_000);
  const page = await context.newPage();
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  const look = async (name: string, shown: Page = page) => {
    const folder = process.env['SCREENSHOTS'];
    if (folder) await shown.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };
  const section = (name: string) =>
    page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true, level: 2 }) });

  await page.goto(world.origins.adobe);
  await page.getByText('live', { exact: true }).waitFor();
  await look('world-1-empty');

  const viewer = stepwise();
  const tv = await world.device();
  await world.logIn(await tv.form('/api/v2/REF30/sessions', completeForm), viewer);
  const profiles = section('Profiles at Adobe Pass');
  await profiles.getByText('ref30-tv on ref30-tv').waitFor();
  await page.getByText('signed in', { exact: true }).waitFor();
  await page.locator('details.call').first().click();
  await page.getByText('user-agent', { exact: true }).first().waitFor();
  await look('world-2-signed-in');

  const providers = section('TV providers');
  await providers.getByRole('button', { name: 'Take down' }).first().click();
  await providers.getByText('down', { exact: true }).waitFor();
  expect((await request({ url: `${world.origins.mvpd}/Cablevision/login` })).status).toBe(503);
  await providers.getByRole('combobox', { name: 'rule' }).selectOption('AuthZNone');
  await providers.getByRole('combobox', { name: 'TV provider' }).selectOption('Cablevision');
  await providers.getByRole('button', { name: 'Degrade' }).click();
  await providers.locator('.chip', { hasText: 'AuthZNone' }).waitFor();
  const scenarios = section('Scenarios and faults');
  await scenarios.getByRole('combobox', { name: 'scenario' }).selectOption('key-rotation');
  await scenarios.getByRole('button', { name: 'Start' }).click();
  await scenarios.getByText('New keys sign').waitFor();
  await look('world-3-trouble');

  await page.emulateMedia({ colorScheme: 'dark' });
  await look('world-4-dark');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await look('world-5-phone-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await look('world-6-phone');
  await page.setViewportSize({ width: 1360, height: 900 });

  await providers.getByRole('button', { name: 'End outage' }).click();
  await providers.getByText('down', { exact: true }).waitFor({ state: 'detached' });
  await providers.getByRole('button', { name: 'End', exact: true }).click();
  await scenarios.getByRole('button', { name: 'Stop' }).click();
  await scenarios.getByText('None.').waitFor();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('signed in', { exact: true }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '+ 31d' }).click();
  await page.getByText('31d ahead', { exact: true }).waitFor();
  await profiles.getByText('No profiles yet.').waitFor();
  await page.getByRole('button', { name: 'Reset the world' }).click();
  await page.getByText('31d ahead', { exact: true }).waitFor({ state: 'detached' });
  await page.getByText('No requests yet.').waitFor();
  expect(refused).toEqual([]);

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(world.origins.adobe);
  await plain.getByRole('button', { name: '+ 1h' }).click();
  await plain.getByText('1h ahead', { exact: true }).waitFor();
});
