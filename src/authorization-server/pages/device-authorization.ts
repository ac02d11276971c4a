import type Koa from 'koa';
import type { Clock } from '#src/lib/clock';
import { factsOf } from '../request-facts.ts';
import { deviceFactsOf } from './device-facts.ts';
import type { DeviceTickets } from './device-ticket.ts';
import { parseUserCode } from './user-code.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly tickets: DeviceTickets;
}

/** Around the device authorization endpoint: notes who asks, and gives the QR link its ticket. */
export const createDeviceAuthorization =
  ({ publicOrigin, clock, tickets }: Deps): Koa.Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/device/auth') return next();
    factsOf(ctx).device = deviceFactsOf(ctx, clock.now());
    await next();
    const shown: unknown = (ctx.body as Record<string, unknown> | undefined)?.['user_code'];
    const code = typeof shown === 'string' ? parseUserCode(shown) : undefined;
    if (code === undefined) return;
    const link = new URL('/device', publicOrigin);
    link.search = new URLSearchParams({ user_code: String(shown), ticket: tickets.of(code) }).toString();
    Object.assign(ctx.body as object, { verification_uri_complete: link.href });
  };
