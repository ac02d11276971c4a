/** Control of authorization: the decisions of the MVPDs as Adobe keeps them, faulty XACML responses, media tokens. */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { SwitchReader } from '#src/adobe-pass/switches';
import type { Transaction } from '#src/adobe-pass/xacml/transactions';
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { createMediaTokenVerifier, type UsedTokens } from '#src/media-token-verifier';
import type { MvpdControl } from '#src/mvpd/mvpds';
import { authorizationFaultKinds } from '#src/mvpd/xacml/authorization-faults';
import { type ControlRoute, readJson, respond } from './serve.ts';

interface Deps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly mvpds: Pick<MvpdControl, 'injectAuthorizationFault' | 'clearAuthorizationFaults'>;
  readonly transactions: () => readonly Transaction[];
  /** PEM. */
  readonly mediaTokenKey: () => Promise<string>;
  readonly clock: Pick<Clock, 'now'>;
  readonly usedMediaTokens: Pick<UsedTokens, 'add'>;
  readonly switches: SwitchReader<'mediaTokenUse'>;
}

const verificationSchema = z.strictObject({
  serializedToken: z.string(),
  requestorId: z.string(),
  resourceId: z.string().nullable().default(null),
});

const transactionRoutes = ({ transactions }: Deps): ControlRoute[] => [
  {
    method: 'get',
    path: '/authorizations',
    about: 'Decisions of the MVPDs, oldest first; ?mvpd=… filters by MVPD, ?logged=true by log obligation',
    handle: (ctx) => {
      const query = new URLSearchParams(ctx.querystring);
      const [mvpd, logged] = [query.get('mvpd'), query.get('logged')];
      const found = transactions().filter(
        (one) => (mvpd === null || one.mvpd === mvpd) && (logged !== 'true' || one.logged),
      );
      respond(ctx, 200, found);
    },
  },
];

const verificationRoute = ({ mediaTokenKey, usedMediaTokens, switches, clock }: Deps): ControlRoute => ({
  method: 'post',
  path: '/media-tokens/verification',
  about: 'Verify a media token as Adobe’s library does',
  handle: async (ctx) => {
    const { serializedToken, ...expected } = await readJson(ctx, verificationSchema);
    const verify = createMediaTokenVerifier({
      keys: [createPublicKey(await mediaTokenKey())],
      clock,
      ...(switches.now.mediaTokenUse === 'once' && { used: usedMediaTokens }),
    });
    respond(ctx, 200, verify(serializedToken, expected));
  },
});

const faultRoutes = ({ fixtures, mvpds }: Deps): ControlRoute[] => {
  const faultSchema = z.strictObject({
    mvpd: z.enum(fixtures.mvpds.map(({ id }) => id)),
    bend: z.enum(authorizationFaultKinds),
    times: z.int().positive().optional(),
  });
  return [
    {
      method: 'post',
      path: '/mvpds/answers',
      about: 'Inject a fault into the next XACML responses of an MVPD',
      handle: async (ctx) => {
        const fault = await readJson(ctx, faultSchema);
        mvpds.injectAuthorizationFault(fault.mvpd, fault.bend, fault.times);
        respond(ctx, 201, fault);
      },
    },
    {
      method: 'delete',
      path: '/mvpds/answers',
      about: 'Clear all XACML faults',
      handle: (ctx) => {
        mvpds.clearAuthorizationFaults();
        respond(ctx, 204);
      },
    },
  ];
};

export const authorizationRoutes = (deps: Deps): readonly ControlRoute[] => [
  ...transactionRoutes(deps),
  verificationRoute(deps),
  ...faultRoutes(deps),
];
