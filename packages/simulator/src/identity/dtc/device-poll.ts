import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import type { DtcSwitches } from './switches.ts';

const pending = z.looseObject({ error: z.literal('authorization_pending') });

/** RFC 8628 §3.2 and §3.5: oidc-provider does not send `interval` or `slow_down`. */
export const createDevicePoll = (clock: Clock, switches: DtcSwitches): Koa.Middleware => {
  const polls = createLru<{ at: number; interval: number }>(1000);
  return async (ctx, next) => {
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    if (oidc?.route === 'device_authorization' && ctx.status === 200)
      ctx.body = { ...(ctx.body as object), interval: Math.max(1, switches.deviceInterval) };
    const deviceCode = oidc?.route === 'token' ? oidc.params?.['device_code'] : undefined;
    if (typeof deviceCode !== 'string' || !pending.safeParse(ctx.body).success) return;
    const last = polls.get(deviceCode) ?? {
      at: Number.NEGATIVE_INFINITY,
      interval: switches.deviceInterval,
    };
    const tooFast = clock.now() - last.at < last.interval * 1000;
    polls.set(deviceCode, { at: clock.now(), interval: last.interval + (tooFast ? 5 : 0) });
    if (tooFast) ctx.body = { error: 'slow_down', error_description: 'polled before the interval was over' };
  };
};
