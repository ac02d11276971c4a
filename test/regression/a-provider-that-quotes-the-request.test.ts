import { expect, test } from 'vitest';
import { examine } from '../checks/provider/examine.ts';
import { registration, startHostileProvider } from '../checks/provider/hostile-provider.ts';
import { json } from '../identity/scripted-op.ts';

const { clientId, clientSecret } = registration;

test.each(['client_secret_basic', 'client_secret_post'] as const)(
  'a provider that quotes a request with %s does not get the secret into the report',
  async (clientAuthentication) => {
    await using op = await startHostileProvider();
    op.routes['/token'] = (request, response, body) => {
      const { authorization = '' } = request.headers;
      json({ error: 'invalid_client', error_description: `${authorization} ${body}` }, 401)(
        request,
        response,
        body,
      );
    };
    const config = { kind: 'oidc', issuer: op.origin, clientId, clientSecret, clientAuthentication };
    const report = JSON.stringify(await examine({ config }));
    expect(report).toContain('[secret]');
    expect(decodeURIComponent(report.replaceAll('+', ' '))).not.toContain(clientSecret);
    expect(report).not.toMatch(/Basic [\w+/]{8}/);
  },
);
