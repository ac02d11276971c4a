import type { Fixtures, Origins } from '@kinpass/simulator';
import type { ConfigInput } from '#src/config/schema';

/** Where the parts of the demo run, and what its world contains. */
export interface Places {
  readonly fixtures: Pick<Fixtures, 'apps' | 'clients'>;
  readonly origins: Origins;
  readonly publicOrigin: string;
  readonly publicPort: number;
  readonly adminPort: number;
}

/** Where the demo listens unless told otherwise; the simulator takes six ports in a row. */
export const usualPorts = { public: 8080, admin: 8081, simulator: 9090 } as const;

/** The configuration of a gateway in the simulated world. */
export const demoConfig = ({
  fixtures,
  origins,
  publicOrigin,
  publicPort,
  adminPort,
}: Places): Record<string, unknown> & ConfigInput => ({
  publicOrigin,
  // The passwords are public, so only this machine may connect.
  public: { host: '127.0.0.1', port: publicPort },
  admin: { port: adminPort },
  trustedProxies: ['loopback'],
  insecureHttp: true,
  log: { level: 'error' },
  // The whole world shares the machine, and there are no other users.
  overload: { maxDelay: '1m' },
  adobe: { origin: origins.adobe },
  signIn: { pollingInterval: '1s' },
  identityProviders: [
    {
      id: 'dtc',
      kind: 'oidc',
      label: 'DTC',
      issuer: origins.dtc,
      ...fixtures.clients.dtc,
      emailTrust: { authoritativeDomains: ['viewers.example'] },
      returnsAfterLogout: true,
    },
    {
      id: 'google',
      kind: 'google',
      label: 'Google',
      issuer: origins.google,
      ...fixtures.clients.google,
    },
    {
      id: 'facebook',
      kind: 'facebook',
      label: 'Facebook',
      webOrigin: origins.facebook,
      graphOrigin: origins.facebook,
      ...fixtures.clients.facebook,
    },
  ],
  families: [
    {
      id: 'ref',
      brand: { name: 'Kinpass demo' },
      identityProviders: ['dtc', 'google', 'facebook'],
      linking: 'verifiedEmail',
      serviceToken: { issuer: 'https://sso.ref.example' },
    },
  ],
  apps: fixtures.apps.map(({ id, name, serviceProviders, redirectUris, softwareStatement }) => ({
    id,
    name,
    family: 'ref',
    serviceProviders: [...serviceProviders],
    softwareStatement,
    redirectUris: [...redirectUris],
    corsOrigins: redirectUris.filter((uri) => uri.startsWith('http')).map((uri) => new URL(uri).origin),
  })),
});
