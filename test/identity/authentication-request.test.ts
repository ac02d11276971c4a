import { describe, expect, test } from 'vitest';
import {
  type AuthenticationRequest,
  checkProof,
  demandsProof,
  oidcParameters,
} from '#src/identity/authentication-request';

const issuer = 'https://op.example';

describe('an OpenID Provider is asked', () => {
  test.each<[AuthenticationRequest, Record<string, unknown>, Record<string, string>]>([
    [{}, {}, {}],
    // prompt=login is Core: it is sent whatever the metadata lists. It makes auth_time required only with max_age.
    [{ prompt: 'login' }, {}, { prompt: 'login', max_age: '600' }],
    [{ prompt: 'login' }, { prompt_values_supported: ['none'] }, { prompt: 'login', max_age: '600' }],
    [{ prompt: 'login', maxAge: 60 }, {}, { prompt: 'login', max_age: '60' }],
    [{ prompt: 'select_account' }, {}, { prompt: 'login' }],
    [{ prompt: 'select_account' }, { prompt_values_supported: ['login', 'consent'] }, { prompt: 'login' }],
    [
      { prompt: 'select_account' },
      { prompt_values_supported: ['none', 'select_account'] },
      { prompt: 'select_account' },
    ],
    [{ prompt: 'select_account' }, { prompt_values_supported: 'select_account' }, { prompt: 'login' }],
    [{ maxAge: 60 }, {}, { max_age: '60' }],
    [{ maxAge: 0 }, {}, { max_age: '0', prompt: 'login' }],
    [{ loginHint: 'ana@viewers.example' }, {}, { login_hint: 'ana@viewers.example' }],
    [{ uiLocales: ['pt-BR', 'en'] }, {}, { ui_locales: 'pt-BR en' }],
    [{ uiLocales: ['pt-BR', 'en'] }, { ui_locales_supported: ['PT', 'de'] }, { ui_locales: 'pt-BR' }],
    [{ uiLocales: ['en'] }, { ui_locales_supported: ['de'] }, {}],
    [{ uiLocales: [] }, {}, {}],
    [{ acrValues: ['gold', 'silver'] }, {}, { acr_values: 'gold silver' }],
    [{ acrValues: ['gold', 'silver'] }, { acr_values_supported: ['silver'] }, { acr_values: 'silver' }],
    [{ acrValues: ['gold'] }, { acr_values_supported: ['Gold'] }, {}],
  ])('%j, with metadata %j: %j', (request, metadata, parameters) => {
    expect(oidcParameters(request, { issuer, ...metadata })).toEqual(parameters);
  });
});

test.each<[AuthenticationRequest, boolean]>([
  [{}, false],
  [{ prompt: 'select_account', loginHint: 'ana', uiLocales: ['en'], acrValues: ['gold'] }, false],
  [{ prompt: 'login' }, true],
  [{ maxAge: 0 }, true],
  [{ maxAge: 86_400, prompt: 'select_account' }, true],
])('%j demands proof: %s', (request, demands) => {
  expect(demandsProof(request)).toBe(demands);
});

describe('when the viewer entered credentials', () => {
  const now = 1_000_000;
  const begunAt = now - 200; // the viewer took two hundred seconds
  const [login, minute, hour] = [{ prompt: 'login' }, { maxAge: 60 }, { maxAge: 3_600 }] as const;
  const check = (request: AuthenticationRequest, authTime: number | undefined) =>
    checkProof({ request, begunAt, authTime, now, clockTolerance: 30 });

  test.each<[AuthenticationRequest, number | undefined]>([
    [{}, undefined],
    [{}, 1],
    [{}, now + 86_400],
    [{ prompt: 'select_account' }, undefined],
    [login, now],
    [login, now + 30],
    [login, begunAt],
    [login, begunAt - 30],
    [minute, now - 90],
    // Entered for this request, and then something else took the viewer's time at the provider.
    [minute, begunAt - 30],
    [{ maxAge: 0 }, begunAt],
    [hour, now - 3_630],
  ])('%j accepts %s', (request, authTime) => {
    expect(() => check(request, authTime)).not.toThrow();
  });

  test.each<[AuthenticationRequest, number | undefined]>([
    [login, undefined],
    [login, begunAt - 31],
    [login, now + 31],
    [{ prompt: 'login', maxAge: 3_600 }, begunAt - 31],
    [minute, undefined],
    [minute, begunAt - 31],
    [minute, now + 31],
    [{ maxAge: 0 }, begunAt - 31],
    [hour, now - 3_631],
    [hour, now - 30 * 86_400],
  ])('%j rejects %s', (request, authTime) => {
    expect(() => check(request, authTime)).toThrow(expect.objectContaining({ code: 'identity_rejected' }));
  });
});
