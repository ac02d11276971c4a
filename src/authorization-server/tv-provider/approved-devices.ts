import type Koa from 'koa';
import { z } from 'zod';
import type { ApprovedDevice } from '#src/flows/log-in-for-device';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { RecordStore } from '#src/stores/expiring-ports';
import type { BrowserCookie } from '../device/browser-cookie.ts';
import { streamingDeviceSchema } from '../device/streaming-device.ts';

/** As long as a code of Adobe lives. */
const lifetime = 30 * 60_000;

const recordSchema = z.object({
  id: z.string(),
  serviceProvider: z.string(),
  device: streamingDeviceSchema,
  browser: z.string(),
  /** The OAuth client of the device. */
  clientId: z.string(),
  grant: z.string(),
  /** The languages that the app asked for. */
  uiLocales: z.string().exactOptional(),
});

interface Deps {
  readonly records: Pick<RecordStore, 'put' | 'get'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly browserCookie: BrowserCookie;
}

/** A device that was approved in this browser. */
export interface Approval extends ApprovedDevice {
  /** In the address of its pages. */
  readonly id: string;
  readonly clientId: string;
  readonly uiLocales?: string;
}

const keyOfCode = (userCode: string): string => fingerprint(compositeKey('user-code', userCode));

/**
 * Devices that were approved a while ago, for the browser in which that was done: half an hour, found by the id in the address
 * of their pages, and by the code that they showed. Sealed, with what Adobe is told of the device.
 */
export const createApprovedDevices = ({ records, clock, browserCookie }: Deps) => {
  const read = async (ctx: Koa.Context, key: string): Promise<Approval | undefined> => {
    const browser = browserCookie.read(ctx);
    if (browser === undefined) return undefined;
    const stored = recordSchema.safeParse(await records.get('approved-device', key, clock.now())).data;
    return stored?.browser === fingerprint(browser) ? stored : undefined;
  };
  const find = (ctx: Koa.Context, id: string) => read(ctx, fingerprint(id));
  return {
    add: async (
      ctx: Koa.Context,
      { userCode, ...approval }: Approval & { readonly userCode: string },
    ): Promise<void> => {
      const value = recordSchema.parse({ ...approval, browser: fingerprint(browserCookie.ensure(ctx)) });
      const entry = { value: JSON.parse(JSON.stringify(value)), expiresAt: clock.now() + lifetime };
      await records.put('approved-device', fingerprint(approval.id), entry);
      await records.put('approved-device', keyOfCode(userCode), entry);
    },
    find,
    /** Errors: sign_in_expired, also in another browser. */
    require: async (ctx: Koa.Context, id: string): Promise<Approval> => {
      const found = await find(ctx, id);
      if (!found) throw fail('sign_in_expired', { detail: 'unknown approved device, or another browser' });
      return found;
    },
    findByCode: (ctx: Koa.Context, userCode: string) => read(ctx, keyOfCode(userCode)),
  };
};

export type ApprovedDevices = ReturnType<typeof createApprovedDevices>;
