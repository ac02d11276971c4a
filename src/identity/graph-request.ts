import { z } from 'zod';
import { isOutage, rejected, unavailable } from './errors.ts';
import type { ProviderFetch } from './http.ts';

interface Settings {
  readonly graphOrigin: string;
  readonly graphVersion: string;
}

/** The body of a successful answer. Errors: identity_rejected, identity_provider_unavailable. */
export type AskGraph = (
  path: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<unknown>;

/** Calls Facebook's Graph API. */
export const createAskGraph =
  ({ graphOrigin, graphVersion }: Settings, fetch: ProviderFetch): AskGraph =>
  async (path, query, signal) => {
    const url = `${graphOrigin}/${graphVersion}/${path}?${new URLSearchParams(query)}`;
    const response = await fetch(url, { method: 'GET', headers: { accept: 'application/json' }, signal });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.status === 200 && body !== undefined) return body;
    throw graphError(path, response.status, body);
  };

const errorSchema = z.object({ error: z.object({ code: z.number(), is_transient: z.boolean().optional() }) });
/**
 * "Wait and try again" (https://developers.facebook.com/docs/graph-api/guides/error-handling). Not 1, which a wrong
 * secret gives as well.
 */
const transient = new Set([2, 4, 17, 32, 341, 613]);

/** Graph errors are objects, `{error: {message, type, code}}`, and overload may come as a 400. */
export const graphError = (operation: string, status: number, body: unknown) => {
  const parsed = errorSchema.safeParse(body);
  const code = parsed.success ? parsed.data.error.code : undefined;
  const detail = `${operation}: status ${status}, code ${code ?? 'none'}`;
  const isTemporary =
    parsed.success && (parsed.data.error.is_transient === true || transient.has(parsed.data.error.code));
  return isTemporary || isOutage(status) || status === 200 ? unavailable(detail) : rejected(detail);
};
