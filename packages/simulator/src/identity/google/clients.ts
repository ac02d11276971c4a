import type { Context } from 'koa';
import type { Fixtures } from '#src/fixtures';
import type { Fields } from '../form.ts';
import { GoogleError } from './model.ts';

export interface GoogleClient {
  readonly platform: 'web' | 'android' | 'ios' | 'tv';
  readonly clientId: string;
  /** Null for mobile apps. */
  readonly clientSecret: string | null;
}

/** The clients of one project, one per platform. */
export const googleClients = ({ clients }: Fixtures): readonly GoogleClient[] => [
  { platform: 'web', ...clients.google },
  { platform: 'android', ...clients.googleAndroid, clientSecret: null },
  { platform: 'ios', ...clients.googleIos, clientSecret: null },
  { platform: 'tv', ...clients.googleTv },
];

/** client_secret_basic (RFC 6749 §2.3.1, form-encoded before base64) or client_secret_post. */
const credentialsOf = (ctx: Context, form: Fields) => {
  const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(ctx.get('authorization')) ?? [];
  if (encoded === undefined) return { id: form['client_id'], secret: form['client_secret'] };
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
  return { id: decoded.get('id') ?? '', secret: decoded.get('secret') ?? '' };
};

export const clientById = (clients: readonly GoogleClient[], id: string | undefined): GoogleClient => {
  if (!id) throw new GoogleError(400, 'invalid_request', 'Could not determine client ID from request.');
  const client = clients.find(({ clientId }) => clientId === id);
  if (!client) throw new GoogleError(401, 'invalid_client', 'The OAuth client was not found.');
  return client;
};

/** The authenticated client. Error: GoogleError. */
export const authenticate = (ctx: Context, form: Fields, clients: readonly GoogleClient[]): GoogleClient => {
  const { id, secret } = credentialsOf(ctx, form);
  const client = clientById(clients, id);
  if (client.clientSecret === null) return client;
  if (!secret) throw new GoogleError(400, 'invalid_request', 'client_secret is missing.');
  if (secret !== client.clientSecret)
    throw new GoogleError(401, 'invalid_client', 'The provided client secret is invalid.');
  return client;
};
