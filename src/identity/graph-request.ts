import { z } from 'zod';
import { isOutage, misconfigured, rejected, unavailable } from './errors.ts';
import type { ProviderFetch } from './http.ts';
import { atStep } from './step.ts';

interface Settings {
  readonly graphOrigin: string;
  readonly graphVersion: string;
}

/**
 * The body of a successful answer.
 * Errors: identity_rejected, identity_provider_unavailable, identity_provider_misconfigured.
 */
export type AskGraph = (
  path: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<unknown>;

/** Calls Facebook's Graph API. */
export const createAskGraph =
  ({ graphOrigin, graphVersion }: Settings, fetch: ProviderFetch): AskGraph =>
  (path, query, signal) => {
    const endpoint = `${graphOrigin}/${graphVersion}/${path}`;
    const url = `${endpoint}?${new URLSearchParams(query)}`;
    return atStep({ step: 'graph', endpoint }, async () => {
      const response = await fetch(url, { method: 'GET', headers: { accept: 'application/json' }, signal });
      const body: unknown = await response.json().catch(() => undefined);
      if (response.status === 200 && body !== undefined) return body;
      throw graphError(path, response.status, body);
    });
  };

const errorSchema = z.object({ error: z.object({ code: z.number(), is_transient: z.boolean().optional() }) });
/**
 * "Wait and try again" (https://developers.facebook.com/docs/graph-api/guides/error-handling). Not 1, which a wrong
 * secret gives as well.
 */
const transient = new Set([2, 4, 17, 32, 341, 613]);

/**
 * Faults of the app's settings: wrong secret, unknown app, redirect URI of another domain. `debug_token` is asked with
 * the app's id and secret for a token.
 */
const aboutTheApp = (operation: string, code: number | undefined): boolean =>
  code === 1 || code === 101 || code === 191 || (code === 190 && operation === 'debug_token');

/** Graph errors are objects, `{error: {message, type, code}}`, and overload may come as a 400. */
export const graphError = (operation: string, status: number, body: unknown) => {
  const parsed = errorSchema.safeParse(body);
  const code = parsed.success ? parsed.data.error.code : undefined;
  const detail = `${operation}: status ${status}, code ${code ?? 'none'}`;
  const isTemporary =
    parsed.success && (parsed.data.error.is_transient === true || transient.has(parsed.data.error.code));
  const error = code === undefined ? `http_${status}` : `graph_${code}`;
  if (isTemporary || isOutage(status) || status === 200) return unavailable(error, detail);
  return aboutTheApp(operation, code) ? misconfigured(error, detail) : rejected(detail);
};
