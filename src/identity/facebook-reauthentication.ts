import { createHash } from 'node:crypto';
import { z } from 'zod';
import { constantTimeEqual } from '#src/lib/constant-time-equal';
import type { AuthenticationRequest, Parameters } from './authentication-request.ts';
import { demandsProof } from './authentication-request.ts';
import { rejected } from './errors.ts';
import type { AskGraph } from './graph-request.ts';

/**
 * Facebook has no prompt and says no auth_time. It asks for the password with `auth_type=reauthenticate`, and afterwards
 * tells for which `auth_nonce` it did so
 * (https://developers.facebook.com/docs/facebook-login/guides/advanced/re-authentication).
 */
export const reauthenticationOf = (request: AuthenticationRequest, nonce: string): Parameters =>
  request.prompt !== undefined || demandsProof(request)
    ? { auth_type: 'reauthenticate', auth_nonce: authNonceOf(nonce) }
    : {};

/** Alphanumeric, as Facebook wants it, and one per sign-in. */
const authNonceOf = (nonce: string): string => createHash('sha256').update(nonce).digest('hex');

const infoSchema = z.object({ auth_type: z.string().optional(), auth_nonce: z.string() });

interface Deps {
  readonly appId: string;
  readonly ask: AskGraph;
}

/**
 * Makes sure that the access token is from a sign-in for which Facebook asked for the password.
 * Errors: identity_rejected, identity_provider_unavailable.
 */
export const createCheckReauthentication =
  ({ appId, ask }: Deps) =>
  async (accessToken: string, nonce: string, signal?: AbortSignal): Promise<void> => {
    const info = infoSchema.safeParse(
      await ask('oauth/access_token_info', { client_id: appId, access_token: accessToken }, signal),
    );
    if (!info.success) throw rejected('access_token_info: auth_nonce not said');
    const { auth_type: type = 'reauthenticate', auth_nonce: said } = info.data;
    if (!type.split(',').includes('reauthenticate')) throw rejected('access_token_info: auth_type');
    if (!constantTimeEqual(said, authNonceOf(nonce))) throw rejected('access_token_info: auth_nonce');
  };
