import { type ApiAnswer, request } from '@kinpass/simulator/client';

type Key = { kind: 'account' | 'instance' | 'jti'; id: string };

/** The admin listener as an operator's script uses it. */
export const createAdminClient = (origin: string) => ({
  get: (path: string): Promise<ApiAnswer> => request({ url: `${origin}${path}` }),
  revoke: (key: Key & { reason?: string }): Promise<ApiAnswer> =>
    request({ method: 'POST', url: `${origin}/revocations`, json: key }),
  lift: (key: Key): Promise<ApiAnswer> =>
    request({ method: 'DELETE', url: `${origin}/revocations?${new URLSearchParams(key)}` }),
  introspect: (token: string): Promise<ApiAnswer> =>
    request({ method: 'POST', url: `${origin}/service-tokens/introspect`, form: { token } }),
});
