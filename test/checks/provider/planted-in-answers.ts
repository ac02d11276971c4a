import { json } from '../../identity/scripted-op.ts';
import { page } from './hostile-provider.ts';
import { metadata, moved, type PlantedFault, route } from './plant.ts';

/** Login pages hold scripts with the names of every error. */
export const loginPage = page('Log in<script>({"/error": "invalid_request", "invalid_client": 1})</script>');

export const plantedInAnswers: readonly PlantedFault[] = [
  {
    check: 'provider.authorization-endpoint',
    verdict: 'failed',
    story: 'it leads nowhere',
    plant: metadata((origin) => ({ authorization_endpoint: `${origin}/nowhere` })),
  },
  {
    check: 'provider.authorization-endpoint',
    verdict: 'failed',
    story: 'it has a problem',
    plant: route('/authorize', page('?', 500)),
  },
  {
    check: 'provider.client-id',
    verdict: 'failed',
    story: 'no such client',
    plant: (op) => {
      op.routes['/authorize'] = page('invalid_client', 400);
      op.script.authenticates = 'nobody';
    },
  },
  {
    check: 'provider.client-id',
    verdict: 'failed',
    story: 'Entra ID does not know it',
    plant: route('/authorize', page('AADSTS700016: Application not found')),
  },
  {
    check: 'provider.client-id',
    verdict: 'failed',
    story: 'Google does not know it',
    plant: route('/authorize', moved(`/signin?authError=${btoa('\n\u000einvalid_client')}`)),
  },
  {
    check: 'provider.redirect-uri',
    verdict: 'failed',
    story: 'Google does not know it',
    plant: route('/authorize', moved(`/signin?authError=${btoa('\n\u0015redirect_uri_mismatch')}`)),
  },
  {
    check: 'provider.redirect-uri',
    verdict: 'failed',
    story: 'the browser goes to an address that cannot be decoded',
    plant: route('/authorize', moved('/error/%zz')),
  },
  {
    check: 'provider.redirect-uri',
    verdict: 'failed',
    story: 'another one is registered',
    plant: route('/authorize', page('Invalid parameter', 400)),
    says: /Register exactly this redirect URI: https:\/\/sso.example\/callback\/op/,
  },
  {
    check: 'provider.redirect-uri',
    verdict: 'failed',
    story: 'the error comes with status 200',
    plant: route('/authorize', page('AADSTS50011: The redirect URI does not match')),
  },
  {
    check: 'provider.redirect-uri',
    verdict: 'failed',
    story: 'the browser goes to an error page',
    plant: route('/authorize', moved('/signin/oauth/error?authError=x')),
  },
  {
    check: 'provider.redirect-uri',
    verdict: 'warning',
    story: 'prompt=none shows a login page',
    plant: route('/authorize', loginPage),
  },
  {
    check: 'provider.authorization-request',
    verdict: 'failed',
    story: 'the client may not use the flow',
    plant: ({ script }) => {
      script.callback = { error: 'unauthorized_client' };
    },
    says: /may not use the authorization code flow/,
  },
  {
    check: 'provider.state',
    verdict: 'failed',
    story: 'state is dropped',
    plant: ({ script }) => {
      script.callback = { error: 'login_required', state: undefined };
    },
  },
  {
    check: 'provider.response-issuer',
    verdict: 'failed',
    story: 'iss is announced and missing',
    says: /announced but not sent/,
    plant: ({ script }) => {
      script.callback = { error: 'login_required', iss: undefined };
    },
  },
  {
    check: 'provider.response-issuer',
    verdict: 'failed',
    story: 'iss is another',
    says: /another issuer/,
    plant: ({ script }) => {
      script.callback = { error: 'login_required', iss: 'https://evil.example' };
    },
  },
  {
    check: 'provider.prompt',
    verdict: 'warning',
    story: 'login is not listed',
    plant: metadata({ prompt_values_supported: ['none'] }),
  },
  {
    check: 'provider.prompt',
    verdict: 'failed',
    story: 'a request for a login is refused',
    plant: (op) => {
      const authorize = op.routes['/authorize'] ?? page('?');
      op.routes['/authorize'] = (request, ...rest) =>
        (/prompt=login/.test(request.url ?? '') ? page('invalid_request', 400) : authorize)(request, ...rest);
    },
  },
  {
    check: 'provider.token-endpoint',
    verdict: 'failed',
    story: 'it redirects',
    plant: route('/token', moved('/elsewhere')),
  },
  {
    check: 'provider.token-endpoint',
    verdict: 'failed',
    story: 'it knows GET only',
    plant: route('/token', page('?', 405)),
  },
  {
    check: 'provider.token-endpoint',
    verdict: 'failed',
    story: 'it answers 200 to anything',
    plant: route('/token', json({ ok: true })),
  },
  {
    check: 'provider.auth-method',
    verdict: 'failed',
    story: 'post only',
    plant: metadata({ token_endpoint_auth_methods_supported: ['client_secret_post'] }),
    says: /clientAuthentication: client_secret_post/,
  },
  {
    check: 'provider.auth-method',
    verdict: 'warning',
    story: 'nothing is said, and post is configured',
    plant: (op) => {
      metadata({ token_endpoint_auth_methods_supported: undefined })(op);
      op.script.authenticates = 'client_secret_post';
    },
    settings: { clientAuthentication: 'client_secret_post' },
  },
  {
    check: 'provider.client-authentication',
    verdict: 'failed',
    story: 'Keycloak rejects the secret',
    plant: route(
      '/token',
      json(
        { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' },
        401,
      ),
    ),
    says: /rejects the client id or the secret \(unauthorized_client\).*Copy both/,
    facts: { method: 'client_secret_basic', providerSays: 'Invalid client or Invalid client credentials' },
  },
  {
    check: 'provider.client-authentication',
    verdict: 'failed',
    story: 'the client is not public',
    settings: { clientSecret: undefined, clientAuthentication: 'none' },
    says: /This client has a secret/,
  },
  {
    check: 'provider.client-authentication',
    verdict: 'failed',
    story: 'the secret is wrong',
    settings: { clientSecret: 'old secret ' },
    says: /begins or ends with white space/,
  },
  {
    check: 'provider.client-authentication',
    verdict: 'failed',
    story: 'the other method is registered',
    plant: ({ script }) => {
      script.authenticates = 'client_secret_post';
    },
    says: /Set clientAuthentication: client_secret_post/,
  },
  {
    check: 'provider.client-authentication',
    verdict: 'failed',
    story: 'no secret is configured',
    settings: { clientSecret: undefined },
  },
  {
    check: 'provider.client-authentication',
    verdict: 'failed',
    story: 'the grant is not allowed',
    plant: ({ script }) => {
      script.tokenError = { error: 'unauthorized_client', status: 400 };
    },
  },
  {
    check: 'provider.client-authentication',
    verdict: 'warning',
    story: 'the code is looked at first',
    plant: route('/token', json({ error: 'invalid_grant' }, 400)),
  },
  {
    check: 'provider.client-authentication',
    verdict: 'warning',
    story: 'the answer says nothing',
    plant: ({ script }) => {
      script.tokenError = { error: 'invalid_request', status: 400 };
    },
  },
];
