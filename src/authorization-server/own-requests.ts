import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type Provider from 'oidc-provider';
import { z } from 'zod';
import { fail } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { createMiddleware } from './provider/middleware.ts';

/** A request of an app to one of our endpoints, as it would send it itself. */
export interface OwnRequest {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  /** Headers of the device, and where it is. */
  readonly headers: Readonly<Record<string, string>>;
  readonly client: { readonly address: string; readonly port?: number };
}

export interface OwnAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Errors: those of ours; an answer of OAuth is none. */
export type AskEndpoint = (request: OwnRequest) => Promise<OwnAnswer>;

interface Deps {
  readonly provider: Pick<Provider, 'createContext'>;
  readonly publicOrigin: string;
  readonly middleware: ReturnType<typeof createMiddleware>;
}

const answerShape = z.record(z.string(), z.json());

/** Answers are objects or their text. */
const bodyOf = (body: unknown): JsonObject => {
  const parsed = answerShape.safeParse(Buffer.isBuffer(body) ? JSON.parse(body.toString()) : body);
  if (parsed.success) return parsed.data;
  throw fail('gateway_internal', {
    detail: 'an endpoint of the authorization server answered no JSON object',
  });
};

/**
 * Asks an endpoint of the authorization server within this process, by the way that every request of an app takes: the same checks,
 * transactions and errors. Only the listener's own work is done already.
 */
export const createAskEndpoint =
  ({ provider, publicOrigin, middleware }: Deps): AskEndpoint =>
  async ({ path, form, headers, client }) => {
    const { host, protocol } = new URL(publicOrigin);
    const body = Buffer.from(new URLSearchParams(form).toString());
    const req = Object.assign(new IncomingMessage(new Socket()), {
      method: 'POST',
      url: path,
      headers: {
        ...headers,
        host,
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(body.length),
        'x-forwarded-proto': protocol.slice(0, -1),
        'x-forwarded-for': client.address,
      },
    });
    req.push(body);
    req.push(null);
    const ctx = Object.assign(provider.createContext(req, new ServerResponse(req)), { state: { client } });
    await middleware(ctx as unknown as Parameters<typeof middleware>[0], async () => {
      throw fail('gateway_internal', { detail: `the authorization server has no ${path}` });
    });
    return { status: ctx.status, body: bodyOf(ctx.body) };
  };
