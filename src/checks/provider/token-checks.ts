import type { Outcome } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import { membersOf, type Reading } from './ask.ts';
import { namesUnknownClient } from './authorization-checks.ts';
import type { CheckedProvider, MakeCheck } from './checked-provider.ts';
import { errorName, noAnswer, providerSays, statusFault } from './faults.ts';
import { credentialsVerdict } from './token-request.ts';

const noEndpoint = skipped('Not checked: token_endpoint is missing or must not be called.');

export const tokenEndpoint: MakeCheck = ({ evidence }) => ({
  id: 'provider.token-endpoint',
  question: 'Does the token endpoint answer as RFC 6749 requires?',
  needs: ['provider.discovery'],
  run: async () => {
    const reading = await evidence.token();
    if (!reading) return noEndpoint;
    if ('failure' in reading) return noAnswer(reading);
    const isError = typeof membersOf(reading)['error'] === 'string';
    if (isError && reading.status >= 400 && reading.status < 500)
      return ok('The token endpoint answers errors in JSON.');
    if (reading.status < 200 || reading.status >= 300)
      return statusFault(
        reading,
        'token_endpoint of the discovery document leads to no working service: see the log of the provider.',
      );
    return failed(
      `${reading.place} answers a code that was never issued with status ${reading.status}.`,
      'An error in JSON with status 400 or 401 is right (RFC 6749 §5.2): a proxy or another service answers there.',
    );
  },
});

export const clientAuthentication: MakeCheck = (provider) => ({
  id: 'provider.client-authentication',
  question: 'Are the client id and the secret accepted?',
  needs: ['provider.token-endpoint'],
  run: async () => {
    const { settings, evidence, advice } = provider;
    const reading = await evidence.token();
    if (!reading) return noEndpoint;
    const { authentication: method, clientSecret: secret } = settings.registration;
    if (method !== 'none' && secret === undefined)
      return failed(
        `${method} is configured without a secret.`,
        'Set clientSecret, or clientAuthentication: none for a public client.',
      );
    switch (credentialsVerdict(reading)) {
      case 'accepted':
        return accepted(provider);
      case 'refused':
        return refused(provider, reading);
      case 'grantRefused':
        return failed(
          'The client may not redeem codes (unauthorized_client).',
          `Allow the authorization code grant for it.${await advice('grant')}`,
          descriptionIn(reading),
        );
      case 'unclear':
        return unclear(reading);
    }
  },
});

/** Some providers look at the code first, and would say the same about any secret. */
const accepted = async ({ settings, evidence }: CheckedProvider): Promise<Outcome> => {
  const { authentication: method } = settings.registration;
  const facts = { method };
  if (method === 'none') return ok('The public client is accepted.', facts);
  const wrong = await evidence.token({ method, secret: 'not-the-secret' });
  if (wrong && credentialsVerdict(wrong) !== 'accepted')
    return ok('The client id and the secret are accepted; a wrong secret is not.', facts);
  return warning(
    'The provider validates the code before the secret: a wrong secret gets the same answer.',
    'The credentials cannot be checked from outside. Sign in once.',
    facts,
  );
};

const refused = async (
  { settings, evidence, advice }: CheckedProvider,
  reading: Reading,
): Promise<Outcome> => {
  const { authentication: method, clientSecret: secret = '' } = settings.registration;
  if (namesUnknownClient(await evidence.silentAuthorization()))
    return skipped('Not checked: the provider does not know the client id.');
  const other = method === 'client_secret_basic' ? 'client_secret_post' : 'client_secret_basic';
  const second = secret ? await evidence.token({ method: other, secret }) : undefined;
  if (second && credentialsVerdict(second) === 'accepted')
    return failed(
      `They are rejected with ${method} and accepted with ${other}.`,
      `Set clientAuthentication: ${other}.`,
    );
  const summary = `The provider rejects the client id or the secret (${errorName(membersOf(reading)['error'])}).`;
  const facts = { method, ...descriptionIn(reading) };
  if (method === 'none')
    return failed(summary, 'This client has a secret: set clientSecret and clientAuthentication.', facts);
  const spaces = secret.trim() === secret ? '' : ' The configured secret begins or ends with white space.';
  return failed(
    summary,
    `Copy both from the registration again; secrets expire.${spaces}${await advice('client')}`,
    facts,
  );
};

const unclear = (reading: Reading): Outcome => {
  const name = errorName(membersOf(reading)['error']);
  return warning(
    `A code that was never issued is answered with ${name}, which says nothing about the credentials.`,
    'The credentials cannot be checked from outside. Sign in once.',
    descriptionIn(reading),
  );
};

const descriptionIn = (reading: Reading) => providerSays(membersOf(reading)['error_description']);
