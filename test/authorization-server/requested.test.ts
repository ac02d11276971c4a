import { expect, test } from 'vitest';
import { requestedBy } from '#src/authorization-server/sign-in/requested';

const asked = (params: Record<string, unknown>, otherAccount = false, reasons: string[] = []) =>
  requestedBy({ params, prompt: { name: 'login', reasons, details: {} } }, { otherAccount });

test('an app that asks for nothing asks the provider for nothing', () => {
  expect(asked({ client_id: 'web', scope: 'openid' })).toEqual({});
});

test('what an app asks of the sign-in is passed on', () => {
  const params = {
    prompt: 'login',
    max_age: '60',
    login_hint: 'ana@viewers.example',
    ui_locales: 'pt-BR  de',
    acr_values: 'phr phrh',
  };
  expect(asked(params)).toEqual({
    prompt: 'login',
    maxAge: 60,
    loginHint: 'ana@viewers.example',
    uiLocales: ['pt-BR', 'de'],
    acrValues: ['phr', 'phrh'],
  });
});

test.each([
  ['select_account', false, 'select_account'],
  ['consent select_account', false, 'select_account'],
  ['login select_account', false, 'login'],
  ['login', true, 'login'],
  ['consent', true, 'select_account'],
  ['consent', false, undefined],
  [undefined, true, 'select_account'],
])('prompt=%s, another account %s: %s', (prompt, otherAccount, expected) => {
  expect(asked({ prompt }, otherAccount).prompt).toBe(expected);
});

test('a viewer who wants another account is not led to the one that the app has in mind', () => {
  expect(asked({ login_hint: 'ana@viewers.example' }, true)).toEqual({ prompt: 'select_account' });
});

test('a device that asks for an age of zero asks for a login', () => {
  expect(asked({}, false, ['login_for_device'])).toEqual({ prompt: 'login' });
});

test.each([{ login_hint: 'x'.repeat(501) }, { ui_locales: ' ' }, { max_age: 'x' }, { acr_values: ['a'] }])(
  'what no provider could use is left out: %o',
  (params) => {
    expect(Object.values(asked(params)).flat()).toEqual([]);
  },
);
