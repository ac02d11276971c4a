import type { Outcome } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import type { AuthorizationAnswer } from './authorization.ts';
import type { MakeCheck } from './checked-provider.ts';
import { errorName, noAnswer, providerSays } from './faults.ts';
import { textOf } from './metadata.ts';

const noEndpoint = skipped('Not checked: authorization_endpoint is missing or must not be called.');
const notSentBack = skipped('Not checked: the provider did not send the browser back.');

export const authorizationEndpoint: MakeCheck = ({ evidence }) => ({
  id: 'provider.authorization-endpoint',
  question: 'Does the authorization endpoint answer?',
  needs: ['provider.discovery'],
  run: async () => {
    const answer = await evidence.silentAuthorization();
    if (!answer) return noEndpoint;
    if (answer.kind === 'none') return noAnswer(answer);
    if (answer.kind === 'page' && (answer.status >= 500 || answer.status === 404 || answer.status === 405))
      return failed(
        `${answer.place} answers with status ${answer.status}.`,
        'authorization_endpoint of the discovery document leads to no working page: see the log of the provider.',
      );
    return ok('The authorization endpoint answers.');
  },
});

/** How providers say that they do not know the client: RFC 6749 §4.1.2.1 sends no redirect then. */
const unknownClient =
  /invalid_client|AADSTS700016|client[ _-](was )?not[ _-]found|unknown client|client is invalid/i;

export const namesUnknownClient = (answer: AuthorizationAnswer | undefined): boolean =>
  answer?.kind === 'page' && unknownClient.test(answer.errorText);

export const clientId: MakeCheck = ({ evidence, advice }) => ({
  id: 'provider.client-id',
  question: 'Does the provider know the client id?',
  needs: ['provider.authorization-endpoint'],
  run: async () => {
    const answer = await evidence.silentAuthorization();
    if (!answer) return noEndpoint;
    if (!namesUnknownClient(answer)) return ok('The authorization endpoint does not reject the client id.');
    return failed(
      'The authorization endpoint says that there is no such client.',
      `Copy clientId from the registration, and make sure that it is of this tenant, realm or project.${await advice('client')}`,
    );
  },
});

export const redirectUri: MakeCheck = ({ settings: { redirectUri: own }, evidence, advice }) => ({
  id: 'provider.redirect-uri',
  question: 'Is the redirect URI registered?',
  needs: ['provider.authorization-endpoint', 'provider.client-id'],
  run: async () => {
    const answer = await evidence.silentAuthorization();
    if (!answer || answer.kind === 'none') return noEndpoint;
    const facts = { redirectUri: own };
    if (answer.kind === 'returned')
      return ok('The provider sends the browser back to the redirect URI.', facts);
    if (answer.errorText)
      return failed(
        `${answer.address} shows an error instead of sending the browser back (status ${answer.status}).`,
        `Register exactly this redirect URI: ${own}.${await advice('redirect')}`,
        facts,
      );
    return warning(
      `${answer.address} shows a page (status ${answer.status}) although prompt=none forbids it.`,
      `The registration cannot be checked from outside. Register exactly ${own}, and sign in once.`,
      facts,
    );
  },
});

/** OpenID Connect Core §3.1.2.6: what an answer to `prompt=none` says when nobody is signed in. */
const expected = new Set([
  'login_required',
  'interaction_required',
  'account_selection_required',
  'consent_required',
]);

export const authorizationRequest: MakeCheck = ({ evidence, advice }) => ({
  id: 'provider.authorization-request',
  question: 'Does the provider accept the authorization request?',
  needs: ['provider.redirect-uri'],
  run: async () => {
    const { parameters } = returned(await evidence.silentAuthorization());
    if (!parameters) return notSentBack;
    const error = parameters.get('error');
    if (error === null || expected.has(error) || error === 'invalid_scope')
      return ok('The provider would ask for a login next.');
    return failed(
      `The provider answers ${errorName(error)}.`,
      error === 'unauthorized_client'
        ? `The client may not use the authorization code flow.${await advice('grant')}`
        : 'See the log of the provider for this request, and what it says (providerSays).',
      providerSays(parameters.get('error_description')),
    );
  },
});

export const state: MakeCheck = ({ evidence }) => ({
  id: 'provider.state',
  question: 'Does state come back unchanged?',
  needs: ['provider.redirect-uri'],
  run: async () => {
    const { parameters, state: sent } = returned(await evidence.silentAuthorization());
    if (!parameters) return notSentBack;
    if (parameters.get('state') === sent) return ok('state comes back unchanged.');
    return failed(
      parameters.has('state') ? 'state comes back changed.' : 'state does not come back in the query.',
      'Every sign-in is refused without it (RFC 6749 §4.1.2): look for a proxy or plugin at the provider that drops or re-encodes parameters.',
    );
  },
});

export const responseIssuer: MakeCheck = ({ settings, evidence }) => ({
  id: 'provider.response-issuer',
  question: 'Does the callback carry iss as announced?',
  needs: ['provider.redirect-uri', 'provider.issuer'],
  run: async () => {
    const { parameters } = returned(await evidence.silentAuthorization());
    if (!parameters) return notSentBack;
    const metadata = await evidence.metadata();
    const announced = metadata['authorization_response_iss_parameter_supported'] === true;
    const said = parameters.get('iss');
    const facts = { announced, sent: said !== null };
    const issuer = textOf(metadata, 'issuer') ?? settings.issuer;
    if (said === null ? !announced : said === issuer)
      return ok(announced ? 'iss is announced and sent.' : 'iss is not announced.', facts);
    return failed(
      said === null ? 'iss is announced but not sent.' : 'iss of the callback is another issuer.',
      'Every sign-in is refused: the provider must send its issuer, as published, with every answer, errors included.',
      facts,
    );
  },
});

/** Empty if the browser was not sent back. */
const returned = (
  answer: AuthorizationAnswer | undefined,
): { readonly parameters?: URLSearchParams; readonly state?: string } =>
  answer?.kind === 'returned' ? answer : {};

/** A refusal of the request itself; a page of the provider, or a redirect to one, is what is wanted. */
export const refusal = (answer: AuthorizationAnswer): Outcome | undefined => {
  if (answer.kind === 'none') return noAnswer(answer);
  const cure =
    'Apps that ask for a fresh login cannot use this provider; see its log for the parameter that it refuses.';
  if (answer.kind === 'returned') return failed('The provider rejects a request for a login.', cure);
  return answer.errorText
    ? failed(`The provider answers a request for a login with an error (status ${answer.status}).`, cure)
    : undefined;
};
