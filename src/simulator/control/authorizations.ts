/**
 * Control of authorization: what the MVPDs decided, as Adobe keeps it, and a second opinion on a media token for
 * those who do not run Adobe's verifier.
 */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { Transaction } from '../adobe-pass/xacml/transactions.ts';
import { createMediaTokenVerifier } from '../media-token-verifier.ts';
import { type ControlRoute, read, say } from './serve.ts';

interface Deps {
  readonly transactions: () => readonly Transaction[];
  /** PEM. */
  readonly mediaTokenKey: () => Promise<string>;
  readonly clock: Pick<Clock, 'now'>;
}

const verification = z.strictObject({
  serializedToken: z.string(),
  requestorId: z.string(),
  resourceId: z.string().nullable().default(null),
});

export const authorizationRoutes = ({
  transactions,
  mediaTokenKey,
  clock,
}: Deps): readonly ControlRoute[] => [
  {
    ...{
      method: 'get',
      path: '/authorizations',
      about: 'What MVPDs decided, oldest first; ?logged=true: only what they wanted logged',
    },
    handle: (ctx) => {
      const query = new URLSearchParams(ctx.querystring);
      const [mvpd, logged] = [query.get('mvpd'), query.get('logged')];
      const wanted = transactions().filter(
        (one) => (mvpd === null || one.mvpd === mvpd) && (logged !== 'true' || one.logged),
      );
      say(ctx, 200, wanted);
    },
  },
  {
    ...{
      method: 'post',
      path: '/media-tokens/verification',
      about: 'Verify a media token as Adobe’s library does',
    },
    handle: async (ctx) => {
      const { serializedToken, ...expected } = await read(ctx, verification);
      const verify = createMediaTokenVerifier({ keys: [createPublicKey(await mediaTokenKey())], clock });
      say(ctx, 200, verify(serializedToken, expected));
    },
  },
];
