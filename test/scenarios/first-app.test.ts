import { expect, test } from 'vitest';
import { profileTypes } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

test('Ana logs in at her TV provider; the first app sees a regular profile', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const session = await tv.createSession({
    mvpd: 'Cablevision',
    domainName: 'adobe.com',
    redirectUrl: 'https://adobe.com',
  });
  expect(session.body).toMatchObject({
    actionName: 'authenticate',
    actionType: 'interactive',
    mvpd: 'Cablevision',
  });

  const code = String(session.body['code']);
  expect(profileTypes(await tv.profileByCode(code))).toEqual({});
  const again = await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  expect(profileTypes(await tv.profileByCode(again))).toEqual({ Cablevision: 'regular' });
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
});

test('a session that lacks its provider is resumed on a second screen of the family', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const started = await tv.createSession({});
  expect(started.body).toMatchObject({ actionName: 'resume' });
  const code = String(started.body['code']);

  const laptop = await t.signIn(t.device('laptop'), 'chloe');
  expect((await laptop.call(`/REF30/sessions/${code}`)).body).toHaveProperty('existingParameters');
  const resumed = await laptop.call(`/REF30/sessions/${code}`, {
    method: 'POST',
    form: { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' },
  });
  expect(resumed.body).toMatchObject({ actionName: 'authenticate' });
});

test('the answer to a poll by code can wait for the profile', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const code = await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  const waited = await tv.call(`/REF30/profiles/code/${code}`, { headers: { prefer: 'wait=25' } });
  expect(waited.headers['preference-applied']).toBe('wait=25');
  expect(profileTypes(waited)).toEqual({ Cablevision: 'regular' });
});

test('the legs of the viewer’s own browser are sent to Adobe itself', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  const answer = await tv.call('/authenticate/REF30/8ER640M');
  expect(answer.status).toBe(302);
  expect(answer.headers['location']).toBe(`${t.simulator.origins.adobe}/api/v2/authenticate/REF30/8ER640M`);
});
