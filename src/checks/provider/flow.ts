import { failed, ok, warning } from '../outcome.ts';
import type { MakeCheck } from './checked-provider.ts';
import { listOf } from './metadata.ts';

const needs = ['provider.discovery'];

const listed = (offered: readonly string[] | undefined, value: string): string =>
  offered ? `${value} is listed.` : `No list is published; ${value} is the default.`;

export const responseType: MakeCheck = ({ evidence, advice }) => ({
  id: 'provider.response-type',
  question: 'Does the provider offer the authorization code flow?',
  needs,
  run: async () => {
    const offered = listOf(await evidence.metadata(), 'response_types_supported');
    if (offered?.includes('code') ?? true) return ok(listed(offered, 'code'));
    return failed(
      `response_types_supported lacks code: ${offered?.join(', ')}.`,
      `The gateway signs in by authorization code only: switch that on.${await advice('grant')}`,
    );
  },
});

/** Ways to ask that the gateway does not use, by the member that demands them (RFC 9126 §5, RFC 9101 §10.5). */
const demands: Readonly<Record<string, string>> = {
  require_pushed_authorization_requests: 'pushed authorization requests (PAR)',
  require_signed_request_object: 'signed request objects (JAR)',
};

export const plainRequest: MakeCheck = ({ evidence }) => ({
  id: 'provider.plain-request',
  question: 'Does the provider take plain authorization requests?',
  needs,
  run: async () => {
    const metadata = await evidence.metadata();
    const demanded = Object.keys(demands).filter((name) => metadata[name] === true);
    if (demanded.length === 0) return ok('The provider demands neither pushed nor signed requests.');
    return failed(
      `The provider demands ${demanded.map((name) => demands[name]).join(' and ')}.`,
      'The gateway sends the parameters in the address of the authorization endpoint: allow that for this client.',
    );
  },
});

export const grantType: MakeCheck = ({ evidence, advice }) => ({
  id: 'provider.grant-type',
  question: 'Does the token endpoint redeem authorization codes?',
  needs,
  run: async () => {
    const offered = listOf(await evidence.metadata(), 'grant_types_supported');
    if (offered?.includes('authorization_code') ?? true) return ok(listed(offered, 'authorization_code'));
    return failed(
      `grant_types_supported lacks authorization_code: ${offered?.join(', ')}.`,
      `Switch the grant on at the provider.${await advice('grant')}`,
    );
  },
});

export const responseMode: MakeCheck = ({ evidence, advice }) => ({
  id: 'provider.response-mode',
  question: 'Does the code come back in the query of the callback?',
  needs,
  run: async () => {
    const offered = listOf(await evidence.metadata(), 'response_modes_supported');
    if (offered?.includes('query') ?? true) return ok(listed(offered, 'query'));
    return failed(
      `response_modes_supported lacks query: ${offered?.join(', ')}.`,
      `The callback reads the query only; form_post and fragment do not arrive.${await advice('redirect')}`,
    );
  },
});

export const pkce: MakeCheck = ({ settings, evidence }) => ({
  id: 'provider.pkce',
  question: 'Does the provider support PKCE with S256?',
  needs,
  run: async () => {
    const methods = listOf(await evidence.metadata(), 'code_challenge_methods_supported');
    if (methods?.includes('S256')) return ok('S256 is listed.');
    if (methods)
      return failed(
        `The provider lists other methods only: ${methods.join(', ') || 'none'}.`,
        'The gateway always sends S256 (RFC 9700 §2.1.1) and refuses this provider: switch S256 on there.',
      );
    const said = 'The provider does not say whether it supports PKCE.';
    return settings.requirePkce
      ? failed(
          said,
          'requirePkce is set: switch S256 on at the provider so that it is published, or remove the setting.',
        )
      : warning(
          said,
          'S256 is sent in any case. Ask the provider; once it is published, set requirePkce: true. Entra ID supports it without saying so.',
        );
  },
});

export const scopes: MakeCheck = ({ settings: { registration }, evidence }) => ({
  id: 'provider.scopes',
  question: 'Does the provider support the configured scopes?',
  needs,
  run: async () => {
    const asked = registration.scopes;
    const [known, answer] = [
      listOf(await evidence.metadata(), 'scopes_supported'),
      await evidence.silentAuthorization(),
    ];
    const facts = { asked };
    if (answer?.kind === 'returned' && answer.parameters.get('error') === 'invalid_scope')
      return failed(
        'The authorization endpoint answers invalid_scope.',
        'Assign these scopes to the client at the provider, or set scopes to those that it has.',
        facts,
      );
    const missing = asked.filter((scope) => known && !known.includes(scope));
    if (missing.includes('openid'))
      return failed(
        'scopes_supported lacks openid.',
        'Without it there is no ID Token: this is an OAuth 2.0 server without OpenID Connect, or openid is not assigned.',
        facts,
      );
    if (missing.length === 0)
      return ok(known ? 'Every scope is listed.' : 'No list of scopes is published.', facts);
    return warning(
      `scopes_supported lacks ${missing.join(', ')}.`,
      'The list need not be complete. If viewers come without address or name, assign the scope at the provider, or set scopes.',
      facts,
    );
  },
});

export const authMethod: MakeCheck = ({ settings: { registration }, evidence }) => ({
  id: 'provider.auth-method',
  question: 'Does the token endpoint support the configured client authentication?',
  needs,
  run: async () => {
    const { authentication: method } = registration;
    const offered = listOf(await evidence.metadata(), 'token_endpoint_auth_methods_supported');
    const known = offered ?? ['client_secret_basic']; // OpenID Connect Discovery §3: the default
    if (known.includes(method)) return ok(listed(offered, method));
    const usable = known.filter((one) => /^(client_secret_(basic|post)|none)$/.test(one));
    const cure =
      usable.length > 0
        ? `Set clientAuthentication: ${usable.join(' or ')}, whichever the client is registered with.`
        : 'The gateway authenticates with a secret (basic or post) or without: switch one of them on at the provider.';
    const facts = { configured: method, offered: known };
    return offered
      ? failed(`${method} is not listed.`, cure, facts)
      : warning(`No list is published, so client_secret_basic is the rule, not ${method}.`, cure, facts);
  },
});
