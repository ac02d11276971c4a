import type Koa from 'koa';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint, type Ids } from '#src/lib/ids';
import type { RecordStore } from '#src/stores/expiring-ports';
import type { ActivationFamilies, ActivationFamily } from './activation-families.ts';
import type { BrowserCookie } from './browser-cookie.ts';

const lifetime = 600_000;

const recordSchema = z.object({ family: z.string(), code: z.string(), browser: z.string() });

interface Deps {
  readonly records: Pick<RecordStore, 'put' | 'get' | 'delete'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'secret'>;
  readonly families: ActivationFamilies;
  readonly browserCookie: BrowserCookie;
}

/** A typed code whose viewer is not signed in yet. */
export interface Activation {
  readonly id: string;
  readonly family: ActivationFamily;
  readonly code: string;
}

/** Typed codes that wait for their viewer to sign in: ten minutes, in the browser in which they were typed. */
export const createActivations = ({ records, clock, ids, families, browserCookie }: Deps) => ({
  /** Returns its id. */
  open: async (ctx: Koa.Context, { family, code }: Omit<Activation, 'id'>): Promise<string> => {
    const id = ids.secret();
    const value = { family: family.id, code, browser: fingerprint(browserCookie.ensure(ctx)) };
    await records.put('activation', fingerprint(id), { value, expiresAt: clock.now() + lifetime });
    return id;
  },
  /** Errors: sign_in_expired, also in another browser. */
  find: async (ctx: Koa.Context, id: string): Promise<Activation> => {
    const stored = recordSchema.safeParse(await records.get('activation', fingerprint(id), clock.now())).data;
    const family = stored && families.find(stored.family);
    const browser = browserCookie.read(ctx);
    if (!family || browser === undefined || fingerprint(browser) !== stored.browser)
      throw fail('sign_in_expired', { detail: 'unknown activation, or another browser' });
    return { id, family, code: stored.code };
  },
  end: ({ id }: Activation): Promise<void> => records.delete('activation', fingerprint(id)),
});

export type Activations = ReturnType<typeof createActivations>;
