import { timingSafeEqual } from 'node:crypto';
import { fingerprint } from '#src/lib/ids';
import { mediaType } from '../site.ts';
import type { Incoming } from './call.ts';
import type { AdobeContext, Answer } from './context.ts';
import { oauthError } from './register.ts';
import { dropEnded } from './state.ts';

/** Seconds. */
const lifetime = 21_600;

const same = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(fingerprint(a)), Buffer.from(fingerprint(b)));

/** POST /o/client/token: an access token of six hours; there is no refresh token. */
export const createToken =
  ({ state, ids, clock, changed }: Pick<AdobeContext, 'state' | 'ids' | 'clock' | 'changed'>) =>
  ({ headers, body }: Incoming): Answer => {
    if (mediaType(headers['content-type']) !== 'application/x-www-form-urlencoded')
      return oauthError('invalid_request');
    const form = new URLSearchParams(body);
    const [id, secret, grantType] = ['client_id', 'client_secret', 'grant_type'].map((name) =>
      form.get(name),
    );
    if (!id || !secret || !grantType) return oauthError('invalid_request');
    if (grantType !== 'client_credentials') return oauthError('unsupported_grant_type');
    const client = state.clients.get(id);
    if (!client || !same(client.secret, secret)) return oauthError('invalid_client');

    const now = clock.now();
    const token = ids.secret();
    dropEnded(state.accessTokens, ({ expiresAt }) => expiresAt, now);
    state.accessTokens.set(token, { client: id, expiresAt: now + lifetime * 1000 });
    changed();
    return {
      status: 201,
      body: {
        id: ids.uuid(),
        access_token: token,
        created_at: now,
        expires_in: lifetime,
        token_type: 'bearer',
      },
    };
  };
