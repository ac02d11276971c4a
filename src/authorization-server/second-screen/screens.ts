import type Koa from 'koa';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint, type Ids } from '#src/lib/ids';
import type { RecordStore } from '#src/stores/expiring-ports';
import type { BrowserCookie } from '../device/browser-cookie.ts';

/** A code lives for half an hour, as Adobe documents it. */
const lifetime = 60 * 60_000;

const content = z.object({
  family: z.string(),
  serviceProvider: z.string(),
  code: z.string(),
  /** The instance that created the code. */
  instance: z.string(),
  /** When its session began, milliseconds since 1970; 0 if Adobe does not tell. */
  since: z.number(),
  /** Whether the viewer chooses the TV provider here, and the one that was chosen last. */
  chooses: z.boolean(),
  mvpd: z.string().exactOptional(),
  /** Whether there was a profile already. */
  done: z.boolean().exactOptional(),
});

const recordSchema = content.extend({ browser: z.string() });

/** A right code that a viewer has entered, in the browser in which they did. */
export type Screen = z.infer<typeof content> & { readonly id: string };

interface Deps {
  readonly records: Pick<RecordStore, 'put' | 'get'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'secret'>;
  readonly browserCookie: BrowserCookie;
}

/** Its pages can be opened again, each at any time, until the code is long over. */
export const createScreens = ({ records, clock, ids, browserCookie }: Deps) => {
  const keep = ({ id, ...screen }: Screen, browser: string): Promise<void> => {
    const value = { ...content.parse(screen), browser };
    return records.put('second-screen', fingerprint(id), { value, expiresAt: clock.now() + lifetime });
  };
  return {
    open: async (ctx: Koa.Context, screen: Omit<Screen, 'id'>): Promise<Screen> => {
      const opened = { ...screen, id: ids.secret() };
      await keep(opened, fingerprint(browserCookie.ensure(ctx)));
      return opened;
    },
    /** Errors: sign_in_expired, also in another browser. */
    find: async (ctx: Koa.Context, id: string): Promise<Screen> => {
      const stored = await records.get('second-screen', fingerprint(id), clock.now());
      const { data } = recordSchema.safeParse(stored);
      const browser = browserCookie.read(ctx);
      if (!data || browser === undefined || fingerprint(browser) !== data.browser)
        throw fail('sign_in_expired', { detail: 'unknown second screen, or another browser' });
      return { ...data, id };
    },
    /** What the viewer has done since. */
    change: (ctx: Koa.Context, screen: Screen): Promise<void> =>
      keep(screen, fingerprint(browserCookie.ensure(ctx))),
  };
};

export type Screens = ReturnType<typeof createScreens>;
