import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { sameSecret } from '#src/lib/same-secret';
import { mediaType } from '#src/site';
import type { Answer } from '../requests/answer.ts';
import type { Incoming } from '../requests/call.ts';
import { type AdobeState, dropEnded } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import { type DeviceInfoSwitches, hasRequiredDeviceInfo, oauthError } from './register.ts';

interface Deps {
  readonly state: Pick<AdobeState, 'apps' | 'clients' | 'accessTokens'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly changed: () => void;
  readonly switches: SwitchReader<keyof DeviceInfoSwitches | 'tokenEndpoint' | 'accessTokenSeconds'>;
}

/** The form, or the query where the OpenAPI file is followed. */
const parametersOf = ({ headers, body, query }: Incoming, fromQuery: boolean): URLSearchParams | null => {
  if (fromQuery && query.has('grant_type')) return query;
  if (mediaType(headers['content-type']) !== 'application/x-www-form-urlencoded') return null;
  return new URLSearchParams(body);
};

/** POST /o/client/token: an access token; the pages document no refresh token. */
export const createToken =
  ({ state, ids, clock, changed, switches }: Deps) =>
  (incoming: Incoming): Answer => {
    const asOpenApi = switches.now.tokenEndpoint === 'openapi';
    const form = parametersOf(incoming, asOpenApi);
    if (!form || !hasRequiredDeviceInfo(incoming, switches.now)) return oauthError('invalid_request');
    const [id, secret, grantType] = ['client_id', 'client_secret', 'grant_type'].map((name) =>
      form.get(name),
    );
    if (!id || !secret || !grantType) return oauthError('invalid_request');
    if (grantType !== 'client_credentials') return oauthError('unsupported_grant_type');
    const client = state.clients.get(id);
    if (!client || !sameSecret(client.secret, secret)) return oauthError('invalid_client');
    const standing = state.apps.get(client.app) ?? 'active';
    if (standing === 'revoked') return oauthError('invalid_client');
    if (standing === 'unapproved') return oauthError('unauthorized_client');

    const now = clock.now();
    const lifetime = switches.now.accessTokenSeconds;
    const token = ids.secret();
    dropEnded(state.accessTokens, ({ expiresAt }) => expiresAt, now);
    state.accessTokens.set(token, { client: id, expiresAt: now + lifetime * 1000 });
    changed();
    return {
      status: 201,
      body: {
        id: ids.uuid(),
        access_token: token,
        ...(asOpenApi && { refresh_token: ids.secret() }),
        created_at: now,
        expires_in: lifetime,
        token_type: 'bearer',
      },
    };
  };
