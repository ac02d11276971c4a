import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '#src/lib/clock';
import { factsOf } from '../request-facts.ts';
import { deviceFactsOf } from './device-facts.ts';
import type { DeviceLinks } from './device-links.ts';
import { parseUserCode } from './user-code.ts';

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  readonly linksOf: DeviceLinks;
}

/** Around the device authorization endpoint: notes who asks, names the family's page, gives the QR link its ticket. */
export const createDeviceAuthorization =
  ({ clock, linksOf }: Deps): Koa.Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/device/auth') return next();
    const facts = factsOf(ctx);
    facts.device = deviceFactsOf(ctx, { now: clock.now(), streaming: facts.streaming });
    await next();
    const shown: unknown = (ctx.body as Record<string, unknown> | undefined)?.['user_code'];
    const code = typeof shown === 'string' ? parseUserCode(shown) : undefined;
    if (code === undefined) return;
    const clientId = (ctx as KoaContextWithOIDC).oidc.client?.clientId ?? '';
    Object.assign(ctx.body as object, await linksOf(code, clientId));
  };
