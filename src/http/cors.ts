import type { Next } from 'koa';
import type { AppConfig } from '#src/config/schema';
import { activationLinkHeader } from './activation-link.ts';
import type { Context, Middleware } from './context.ts';

/** Request headers of REST API V2, and the gateway's own, that a browser app may send. */
const ownHeaders = [
  'Authorization',
  'Content-Type',
  'AP-Device-Identifier',
  'X-Device-Info',
  'AP-Visitor-Identifier',
  'AP-TempPass-Identity',
  'AP-Partner-Framework-Status',
  'Adobe-Subject-Token',
  'X-Roku-Reserved-Roku-Connect-Token',
  'Cache-Control',
  'Prefer',
  'Last-Event-ID',
];

interface Deps {
  readonly apps: readonly AppConfig[];
  /** Others that they may send. */
  readonly corsHeaders: readonly string[];
}

/**
 * Exact origins, no credentials. A preflight does not name its app, so the origins of all apps pass; the response
 * itself is readable for the origins of the caller's app only (`restrictCors`).
 */
export const createCors = ({ apps, corsHeaders }: Deps): Middleware => {
  const known = new Set(apps.flatMap(({ corsOrigins }) => corsOrigins));
  const acceptsServiceTokens = apps.some(({ externalServiceToken }) => externalServiceToken !== undefined);
  const serviceToken = acceptsServiceTokens ? ['AD-Service-Token'] : [];
  const headers = [...ownHeaders, ...serviceToken, ...corsHeaders].join(', ');
  const forOrigin = async (ctx: Context, next: Next, origin: string): Promise<void> => {
    ctx.vary('Origin');
    if (!known.has(origin)) {
      if (ctx.method === 'OPTIONS') ctx.status = 204;
      else await next();
      return;
    }
    ctx.set('Access-Control-Allow-Origin', origin);
    if (ctx.method !== 'OPTIONS' || !ctx.get('Access-Control-Request-Method')) {
      ctx.set('Access-Control-Expose-Headers', `X-Request-Id, Retry-After, ${activationLinkHeader}`);
      await next();
      return;
    }
    ctx.set('Access-Control-Allow-Methods', 'GET, POST');
    ctx.set('Access-Control-Allow-Headers', headers);
    ctx.set('Access-Control-Max-Age', '600');
    ctx.status = 204;
  };
  return (ctx, next) => {
    const { origin } = ctx.req.headers;
    return origin ? forOrigin(ctx, next, origin) : next();
  };
};

/** Once the caller is known: an origin of another app may not read the response. */
export const restrictCors = (ctx: Context, app: AppConfig): void => {
  const { origin } = ctx.req.headers;
  if (origin && !app.corsOrigins.includes(origin)) ctx.remove('Access-Control-Allow-Origin');
};
