import got from 'got';
import type { Fixtures } from '#src/fixtures';
import type { Json, JsonObject } from '#src/lib/json';
import type { RecordedRequest } from '#src/recording';
import { type ApiAnswer, request } from './request.ts';

/** The simulator's control API over HTTP. `origin` is that of the simulated Adobe Pass. */
export const createControl = (origin: string) => {
  const read = async <T>(path: string): Promise<T> =>
    JSON.parse((await got(`${origin}/_control/${path}`, { retry: { limit: 0 } })).body) as T;
  const send = (method: 'POST' | 'DELETE', path: string, json?: Json): Promise<ApiAnswer> =>
    request({ method, url: `${origin}/_control/${path}`, ...(json !== undefined && { json }) });
  return {
    /** Every request to a simulated party, oldest first. */
    requests: () => read<RecordedRequest[]>('requests'),
    clearRequests: () => send('DELETE', 'requests'),
    fixtures: () => read<Fixtures>('fixtures'),
    fault: (order: JsonObject) => send('POST', 'faults', order),
    clearFaults: () => send('DELETE', 'faults'),
    reset: () => send('POST', 'reset'),
    /** Whoever is signed in at an identity provider, or one user, entered the password that many seconds earlier. */
    ageSessions: (provider: string, seconds: number, user?: string) =>
      send('POST', `identities/${provider}/sessions/age`, { seconds, ...(user !== undefined && { user }) }),
    idToken: async (provider: string, order: JsonObject): Promise<string> =>
      String((await send('POST', `identities/${provider}/id-token`, order)).body['id_token']),
  };
};

export type Control = ReturnType<typeof createControl>;
