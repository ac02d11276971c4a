import type { AdapterPayload } from 'oidc-provider';
import { z } from 'zod';
import type { SignedIn } from '../identity-party.ts';
import type { People } from '../people.ts';
import type { DtcAdapter } from './adapter.ts';

const sessionSchema = z.object({
  accountId: z.string(),
  loginTs: z.number(),
  exp: z.number(),
  authorizations: z.record(z.string(), z.object({ sid: z.string().optional() })).default({}),
});

/** Seconds; oidc-provider hands it over, and the storage does not use it. */
const lifetime = 14 * 86_400;

/** The sessions, read from oidc-provider's storage. */
export const createDtcSessions = (
  { adapter, list }: DtcAdapter,
  people: People,
  /** Seconds that simulated time is ahead of real time. */
  shift: () => number,
) => {
  const iso = (machineSeconds: number) => new Date((machineSeconds + shift()) * 1000).toISOString();
  const live = (): (SignedIn & { id: string; sids: Record<string, string>; payload: AdapterPayload })[] =>
    list('Session').flatMap(([id, payload]) => {
      const session = sessionSchema.safeParse(payload).data;
      const user = people.all.find(({ dtc }) => dtc.subject === session?.accountId);
      if (!session || !user) return [];
      const sids = Object.entries(session.authorizations).flatMap(([client, { sid }]) =>
        sid === undefined ? [] : [[client, sid] as const],
      );
      const { loginTs, exp } = session;
      return [
        { id, payload, user: user.id, since: iso(loginTs), until: iso(exp), sids: Object.fromEntries(sids) },
      ];
    });

  return {
    list: (): SignedIn[] => live().map(({ id: _id, payload: _payload, ...session }) => session),
    sidsOf: (userId: string, clientId: string): string[] =>
      live().flatMap(({ user, sids }) => (user === userId && sids[clientId] ? [sids[clientId]] : [])),
    end: async (userId?: string): Promise<number> => {
      const ending = live().filter(({ user }) => userId === undefined || user === userId);
      await Promise.all(ending.map(({ id }) => adapter('Session').destroy(id)));
      return ending.length;
    },
    age: async (seconds: number, userId?: string): Promise<number> => {
      const aging = live().filter(({ user }) => userId === undefined || user === userId);
      const older = (payload: AdapterPayload) => ({ ...payload, loginTs: Number(payload.loginTs) - seconds });
      await Promise.all(
        aging.map(({ id, payload }) => adapter('Session').upsert(id, older(payload), lifetime)),
      );
      return aging.length;
    },
  };
};

export type DtcSessions = ReturnType<typeof createDtcSessions>;
