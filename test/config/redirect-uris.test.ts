import Provider from 'oidc-provider';
import { describe, expect, test, vi } from 'vitest';
import { clientMetadata } from '#src/authorization-server/provider/client-metadata';
import { redirectUris } from '#src/config/checks/redirect-uris';
import { app } from '../support/builders.ts';

// The library warns of the defaults that this test leaves alone.
vi.spyOn(console, 'warn').mockReturnValue();
vi.spyOn(console, 'info').mockReturnValue();

const accepts = async (uris: readonly string[], key: 'redirectUris' | 'postLogoutRedirectUris') => {
  const client = { app: app({ [key]: [...uris] }), secretHash: null };
  const provider = new Provider('https://sso.example', {
    features: { deviceFlow: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    clients: [{ ...clientMetadata('tv', client), client_id: 'tv' }],
  });
  return provider.Client.find('tv').then(
    () => true,
    () => false,
  );
};

/** What the library takes and our rules refuse: exact URIs, and nothing that travels in the clear. */
const refusedByUsAlone = (uris: readonly string[]): boolean =>
  uris.some((uri) => uri.includes('*')) || uris.some((uri) => /^http:\/\/[a-z.]+\.example/.test(uri));

describe.each(['redirectUris', 'postLogoutRedirectUris'] as const)('%s', (key) => {
  test.each([
    [['https://app.ref.example/in']],
    [['https://app.ref.example/in?x=1', 'https://other.example']],
    [['com.example.app:/in']],
    [['com.example.app:/in', 'http://127.0.0.1/in']],
    [['http://localhost:8000/in']],
    [['http://[::1]/in', 'https://app.ref.example/in']],
    [['https://localhost/in']],
    [['com.example.app:/in', 'https://localhost:1/in']],
    [['com.example.app:/in', 'http://app.ref.example/in']],
    [['http://app.ref.example/in']],
    [['https://app.ref.example/#in']],
    [['https://app.ref.example/in#']],
    [['https://*.ref.example/in']],
    [['app.ref.example/in']],
    [['/in']],
    [['javascript:alert(1)']],
    [['data:text/html,x', 'https://app.ref.example/in']],
    [['file:///etc/passwd']],
    [['about:blank']],
    [['https://']],
  ])('%j: the rules say what oidc-provider would', async (uris) => {
    const findings = redirectUris({ apps: [app({ [key]: uris })] });
    const allowed = (await accepts(uris, key)) && !refusedByUsAlone(uris);
    expect(findings.map(({ message }) => message)).toHaveLength(allowed ? 0 : 1);
  });
});
