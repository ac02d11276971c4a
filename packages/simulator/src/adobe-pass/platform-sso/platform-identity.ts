import { createPublicKey } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { compactVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import type { Key } from '../key.ts';

const platforms = { amazon: 'adobe-subject-token', roku: 'x-roku-reserved-roku-connect-token' } as const;

export type Platform = keyof typeof platforms;

export const platformNames = Object.keys(platforms) as Platform[];
export const platformHeaders: readonly string[] = Object.values(platforms);

const claimsSchema = z.object({ iss: z.enum(platformNames), sub: z.string().min(1), exp: z.number() });

/**
 * Platform single sign-on: the simulated Amazon and Roku issue tokens for a device's owner, and Adobe reads them. An
 * invalid token means no single sign-on, never an error, as Amazon documents.
 */
export const createPlatformIdentity = ({ key, clock }: { key: Key; clock: Clock }) => {
  const subjectOfToken = async (platform: Platform, token: string): Promise<string | null> => {
    const publicKey = createPublicKey(await key.get());
    const verified = await compactVerify(token, publicKey, { algorithms: ['RS256'] }).catch(() => null);
    if (!verified) return null;
    const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(verified.payload).toString('utf8')));
    const isValid = claims.success && claims.data.iss === platform && claims.data.exp > seconds(clock.now());
    return isValid ? compositeKey('platform', platform, claims.data.sub) : null;
  };

  return {
    /** Issues a token for a household or user, as an app on the platform receives it. `expiresIn`: seconds. */
    mint: async (platform: Platform, subject: string, expiresIn = 3600): Promise<string> => {
      const now = seconds(clock.now());
      return new SignJWT({ iss: platform, sub: subject, iat: now, exp: now + expiresIn })
        .setProtectedHeader({ alg: 'RS256' })
        .sign(await key.get());
    },
    subjectOf: async (headers: IncomingHttpHeaders): Promise<string | null> => {
      for (const platform of platformNames) {
        const header = headers[platforms[platform]];
        const subject = header === undefined ? null : await subjectOfToken(platform, String(header));
        if (subject !== null) return subject;
      }
      return null;
    },
  };
};

export type PlatformIdentity = ReturnType<typeof createPlatformIdentity>;
