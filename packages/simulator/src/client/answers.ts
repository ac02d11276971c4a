import { z } from 'zod';
import type { ApiAnswer } from './request.ts';

/** What an app reads of REST V2's answers. */

const session = z.object({
  actionName: z.string(),
  reasonType: z.string(),
  url: z.string().optional(),
  code: z.string().optional(),
});

const profiles = z.object({
  profiles: z.record(z.string(), z.object({ type: z.string(), notAfter: z.number() })),
});

const decisions = z.object({
  decisions: z.array(
    z.object({
      resource: z.string(),
      authorized: z.boolean(),
      token: z.object({ serializedToken: z.string() }).optional(),
      error: z.object({ code: z.string(), message: z.string().optional() }).optional(),
    }),
  ),
});

const logouts = z.object({
  logouts: z.record(z.string(), z.object({ actionName: z.string(), url: z.string().optional() })),
});

export const readSession = ({ body }: ApiAnswer) => session.parse(body);
export const readProfiles = ({ body }: ApiAnswer) => profiles.parse(body).profiles;
export const readDecisions = ({ body }: ApiAnswer) => decisions.parse(body).decisions;
export const readLogouts = ({ body }: ApiAnswer) => logouts.parse(body).logouts;

/** `Cablevision (regular)`, or `no profile`. */
export const profilesText = (answer: ApiAnswer): string =>
  Object.entries(readProfiles(answer))
    .map(([mvpd, { type }]) => `${mvpd} profile, type ${type}`)
    .join('; ') || 'no profile';

export const decisionsText = (answer: ApiAnswer): string =>
  readDecisions(answer)
    .map(({ resource, authorized, token, error }) =>
      authorized
        ? `${resource} permitted${token ? ' with a media token' : ''}`
        : `${resource} denied (${error?.code ?? 'no reason'})`,
    )
    .join(', ');
