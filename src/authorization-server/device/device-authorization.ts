import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '#src/lib/clock';
import type { Deps as ServerDeps } from '../deps.ts';
import { devicePath } from '../pages/next-links.ts';
import { factsOf } from '../request-facts.ts';
import type { ActivationFamilies } from './activation-families.ts';
import { deviceFactsOf } from './device-facts.ts';
import type { DeviceTickets } from './device-ticket.ts';
import { parseUserCode } from './user-code.ts';

interface Deps extends Pick<ServerDeps, 'findClient'> {
  readonly publicOrigin: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly tickets: DeviceTickets;
  readonly families: ActivationFamilies;
}

/** Around the device authorization endpoint: notes who asks, names the family's page, gives the QR link its ticket. */
export const createDeviceAuthorization =
  ({ publicOrigin, clock, tickets, families, findClient }: Deps): Koa.Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/device/auth') return next();
    const facts = factsOf(ctx);
    facts.device = deviceFactsOf(ctx, { now: clock.now(), streaming: facts.streaming });
    await next();
    const shown: unknown = (ctx.body as Record<string, unknown> | undefined)?.['user_code'];
    const code = typeof shown === 'string' ? parseUserCode(shown) : undefined;
    if (code === undefined) return;
    const link = new URL(devicePath, publicOrigin);
    link.search = new URLSearchParams({ user_code: String(shown), ticket: tickets.of(code) }).toString();
    const client = await findClient((ctx as KoaContextWithOIDC).oidc.client?.clientId ?? '');
    const path = families.find(client?.app.family ?? '')?.path ?? devicePath;
    const links = { verification_uri: `${publicOrigin}${path}`, verification_uri_complete: link.href };
    Object.assign(ctx.body as object, links);
  };
