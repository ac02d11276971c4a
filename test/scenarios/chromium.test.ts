import { expect, test } from 'vitest';
import { profileTypes } from '../support/answers.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { startGateway } from '../support/start-gateway.ts';

test.skipIf(!chromiumPath)(
  'in a real browser: the phone lets the TV in, and Ana logs in at her TV provider',
  async () => {
    await using t = await startGateway();
    await using browser = await launchChromium();
    const tv = t.device('tv');
    const code = await tv.signIn.requestDeviceCode();
    const info = Buffer.from(tv.headers['x-device-info'] ?? '', 'base64').toString('utf8');
    const { model } = JSON.parse(info) as Record<string, unknown>;

    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
    const phone = await context.newPage();
    const refused: string[] = [];
    phone.on('console', (message) => {
      if (message.type() === 'error') refused.push(message.text());
    });
    const look = async (name: string) => {
      const folder = process.env['SCREENSHOTS'];
      await phone.waitForLoadState('networkidle');
      if (folder) await phone.screenshot({ path: `${folder}/${name}.png` });
    };

    await phone.goto(code.verificationUriComplete);
    await look('1-code');
    await phone.getByRole('button', { name: 'Continue' }).click();
    await look('2-providers');
    await phone.getByRole('button', { name: 'Continue with DTC' }).click();
    expect(new URL(phone.url()).origin).toBe(t.simulator.origins.dtc);
    await look('3-dtc');
    await phone.locator('[name=username]').fill('ana');
    await phone.locator('[name=password]').fill('ana-password');
    await phone.locator('button[type=submit], button:not([type])').first().click();
    await phone.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await phone.textContent('body')).toContain(code.userCode);
    expect(await phone.textContent('body')).not.toContain('ana@viewers.example');
    expect(await phone.textContent('body')).toContain(String(model));
    await look('4-approve');
    await phone.getByRole('button', { name: 'Approve' }).click();
    await phone.waitForLoadState();
    await look('5-done');

    tv.use(await tv.signIn.awaitTokens(code));
    const session = await tv.createSession({
      mvpd: 'Cablevision',
      domainName: 'adobe.com',
      redirectUrl: 'https://adobe.com/landed',
    });
    const landed = phone.waitForRequest('https://adobe.com/landed**');
    await phone.goto(String(session.body['url']));
    await look('6-mvpd');
    await phone.locator('[name=username]').fill('ana@cablevision.example');
    await phone.locator('[name=password]').fill('ana-tv');
    await phone.locator('button[type=submit], button:not([type])').first().click();
    await landed;

    expect(profileTypes(await tv.profileByCode(String(session.body['code'])))).toEqual({
      Cablevision: 'regular',
    });
    expect(refused).toEqual([]);
  },
);
