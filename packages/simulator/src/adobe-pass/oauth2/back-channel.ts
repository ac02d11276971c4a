import { z } from 'zod';
import type { Origins } from '#src/party';
import { refuse } from '../errors/refusal.ts';
import { endpointsOf, type OAuthMvpd } from './names.ts';

const timeout = 10_000;

const tokensSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  refresh_token: z.string().min(1),
  refresh_token_expires_in: z.number().positive(),
  id_token: z.string().min(1),
});

const profileSchema = z.object({
  userID: z.string().min(1),
  householdID: z.string().optional(),
  zip: z.array(z.string()).optional(),
  maxTVRating: z.string().optional(),
  maxMovieRating: z.string().optional(),
});

const errorSchema = z.object({ error: z.string() });

export type Tokens = z.output<typeof tokensSchema>;
export type SubscriberProfile = z.output<typeof profileSchema>;

/** An OAuth 2.0 error from the MVPD. */
export class OAuthError extends Error {
  readonly error: string;

  constructor(error: string) {
    super(error);
    this.name = 'OAuthError';
    this.error = error;
  }
}

const ask = async (url: string, init: RequestInit): Promise<{ status: number; body: unknown }> => {
  try {
    const signal = AbortSignal.timeout(timeout);
    const response = await fetch(url, { ...init, redirect: 'error', signal });
    return { status: response.status, body: await response.json().catch(() => null) };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    throw refuse(isTimeout ? 'network_connection_timeout' : 'network_received_error');
  }
};

const parsed = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const result = schema.safeParse(body);
  if (!result.success) throw refuse('network_received_error');
  return result.data;
};

/** Client of an MVPD's token and profile endpoints. Errors: OAuthError; network_* for transport errors. */
export const createBackChannel = ({ origins }: { origins: Pick<Origins, 'mvpd'> }) => ({
  tokens: async (mvpd: OAuthMvpd, grant: Readonly<Record<string, string>>): Promise<Tokens> => {
    const { clientId, clientSecret } = mvpd.authentication.client;
    const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const { status, body } = await ask(endpointsOf(mvpd, origins).token, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      },
      body: new URLSearchParams(grant),
    });
    if (status === 200) return parsed(tokensSchema, body);
    if (status === 400 || status === 401) throw new OAuthError(parsed(errorSchema, body).error);
    throw refuse('network_received_error');
  },
  profile: async (mvpd: OAuthMvpd, accessToken: string): Promise<SubscriberProfile> => {
    const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` };
    const { status, body } = await ask(endpointsOf(mvpd, origins).profile, { headers });
    if (status === 401) throw new OAuthError('invalid_token');
    if (status !== 200) throw refuse('network_received_error');
    return parsed(profileSchema, body);
  },
});

export type BackChannel = ReturnType<typeof createBackChannel>;
