import got from 'got';
import { expect, test } from 'vitest';
import { newBrowser, startStage } from '../authorization-server/stage.ts';

const cookies = [
  {},
  { cookie: 'kinpass_session=unknown; kinpass_browser=short; kinpass_resume=unknown' },
  {
    cookie: `kinpass_session=unknown; kinpass_session.sig=wrong; kinpass_browser=${'b'.repeat(43)}; kinpass_resume=u; kinpass_resume.sig=x`,
  },
];

test.each(cookies)('a code sent without a cookie of ours is asked for again', async (headers) => {
  await using stage = await startStage();
  const form = { xsrf: 'x', csrf: 'x', confirm: 'yes', user_code: 'BCDFG-HJKLM' };
  const page = await got.post(`${stage.origin}/device`, { form, headers, throwHttpErrors: false });
  expect(page.statusCode).toBe(400);
  expect(page.body).toContain('Enter the code again');
  expect(page.body).toContain('name="user_code"');
  expect(stage.seen.logged).toEqual([]);
});

test.each(cookies)('who returns to a sign-in that is not theirs is told to start again', async (headers) => {
  await using stage = await startStage();
  for (const path of [
    '/device/anything',
    '/auth/anything',
    '/interaction/anything',
    '/activation/anything',
    '/callback/dtc?state=x',
  ]) {
    const page = await got(`${stage.origin}${path}`, { headers, throwHttpErrors: false });
    expect([path, page.statusCode]).toEqual([path, 400]);
    expect(page.body).toContain('start again');
  }
});

test.each(cookies)('no other page fails for want of a cookie', async (headers) => {
  await using stage = await startStage();
  const statuses = [
    await got(`${stage.origin}/session/end`, { headers, throwHttpErrors: false }),
    await got(`${stage.origin}/session/end/success`, { headers, throwHttpErrors: false }),
    await got.post(`${stage.origin}/session/end/confirm`, {
      form: { xsrf: 'x', logout: 'yes' },
      headers,
      throwHttpErrors: false,
    }),
    await got.post(`${stage.origin}/interaction/anything/approve`, {
      form: { csrf: 'x' },
      headers,
      throwHttpErrors: false,
    }),
    await got.post(`${stage.origin}/activation/anything/sign-in`, {
      form: { csrf: 'x', provider: 'dtc' },
      headers,
      throwHttpErrors: false,
    }),
  ].map(({ statusCode }) => statusCode);
  expect(statuses).toEqual([200, 200, 400, 400, 400]);
});

test('a viewer who is not signed in can cancel the sign-in of a device', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  const phone = newBrowser();
  await phone.open(device['verification_uri_complete'] ?? '');
  await phone.submit({ button: 'Continue' });
  const page = await phone.submit({ button: 'Cancel' });
  expect(page.status).toBe(200);
  expect(page.text).toContain('was not signed in');
});
