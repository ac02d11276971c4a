import { expect, test } from 'vitest';
import { logoutUrl } from '#src/identity/logout-url';

const endpoint = 'https://accounts.example/logout?tenant=viewers';

test('says who asks and where the browser goes, and nothing about the viewer', () => {
  const returnTo = 'https://sso.example/signed-out';
  const url = logoutUrl({ endpoint, clientId: 'kinpass', returnTo, state: 'ref30-tv' });
  expect(url.origin + url.pathname).toBe('https://accounts.example/logout');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    tenant: 'viewers',
    client_id: 'kinpass',
    post_logout_redirect_uri: returnTo,
    state: 'ref30-tv',
  });
});

test('an address that is not registered is not sent, and no state that would come back to it', () => {
  const { searchParams } = logoutUrl({ endpoint, clientId: 'kinpass', state: 'ref30-tv' });
  expect(Object.fromEntries(searchParams)).toEqual({ tenant: 'viewers', client_id: 'kinpass' });
});
