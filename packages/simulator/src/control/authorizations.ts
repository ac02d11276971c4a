/**
 * Control of authorization: what the MVPDs decided, as Adobe keeps it, and a second opinion on a media token for
 * those who do not run Adobe's verifier.
 */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { Transaction } from '#src/adobe-pass/xacml/transactions';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { createMediaTokenVerifier } from '#src/media-token-verifier';
import type { MvpdControl } from '#src/mvpd/mvpds';
import { authorizationFaultKinds } from '#src/mvpd/xacml/authorization-faults';
import { BadRequest, type ControlRoute, read, say } from './serve.ts';

interface Deps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  /** Known only once everything listens. */
  readonly mvpds: () =>
    | Pick<MvpdControl, 'injectAuthorizationFault' | 'clearAuthorizationFaults'>
    | undefined;
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

const recordRoutes = ({ transactions, mediaTokenKey, clock }: Deps): ControlRoute[] => [
  {
    method: 'get',
    path: '/authorizations',
    about: 'What MVPDs decided, oldest first; with ?mvpd=… of one, with ?logged=true what they wanted logged',
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
    method: 'post',
    path: '/media-tokens/verification',
    about: 'Verify a media token as Adobe’s library does',
    handle: async (ctx) => {
      const { serializedToken, ...expected } = await read(ctx, verification);
      const verify = createMediaTokenVerifier({ keys: [createPublicKey(await mediaTokenKey())], clock });
      say(ctx, 200, verify(serializedToken, expected));
    },
  },
];

const bendRoutes = ({ fixtures, mvpds }: Deps): ControlRoute[] => {
  const order = z.strictObject({
    mvpd: z.enum(fixtures.mvpds.map(({ id }) => id)),
    bend: z.enum(authorizationFaultKinds),
    times: z.int().positive().optional(),
  });
  const found = () => {
    const control = mvpds();
    if (!control) throw new BadRequest('the simulator is still starting');
    return control;
  };
  return [
    {
      method: 'post',
      path: '/mvpds/answers',
      about: 'Make the next XACML answers of an MVPD wrong',
      handle: async (ctx) => {
        const given = await read(ctx, order);
        found().injectAuthorizationFault(given.mvpd, given.bend, given.times);
        say(ctx, 201, given);
      },
    },
    {
      method: 'delete',
      path: '/mvpds/answers',
      about: 'XACML answers are right again',
      handle: (ctx) => {
        found().clearAuthorizationFaults();
        say(ctx, 204);
      },
    },
  ];
};

export const authorizationRoutes = (deps: Deps): readonly ControlRoute[] => [
  ...recordRoutes(deps),
  ...bendRoutes(deps),
];
