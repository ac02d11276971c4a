import { type ClientAuthentication, clientAuthentication } from '#src/identity/code-flow';
import type { Ids } from '#src/lib/ids';
import { type Ask, membersOf, type Reading } from './ask.ts';
import type { ProviderSettings } from './settings.ts';

export interface Credentials {
  readonly method: ClientAuthentication;
  readonly secret: string | undefined;
}

/** Redeems a code that the provider never issued. */
export const requestToken = (
  { issuer, redirectUri, registration: { clientId } }: ProviderSettings,
  endpoint: string,
  { method, secret }: Credentials,
  { ask, ids }: { readonly ask: Ask; readonly ids: Pick<Ids, 'secret'> },
): Promise<Reading> => {
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' });
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: ids.secret(),
    redirect_uri: redirectUri,
    code_verifier: ids.secret(),
  });
  clientAuthentication(method, secret)({ issuer }, { client_id: clientId }, form, headers);
  return ask(endpoint, { form, headers });
};

/**
 * What the answer says about the credentials (RFC 6749 §5.2). Keycloak answers wrong ones with 401 and
 * `unauthorized_client`.
 */
export type CredentialsVerdict = 'accepted' | 'refused' | 'grantRefused' | 'unclear';

export const credentialsVerdict = (reading: Reading): CredentialsVerdict => {
  const { error } = membersOf(reading);
  if (error === 'invalid_grant') return 'accepted';
  if (error === 'invalid_client' || ('status' in reading && reading.status === 401)) return 'refused';
  return error === 'unauthorized_client' ? 'grantRefused' : 'unclear';
};
