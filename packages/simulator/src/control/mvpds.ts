/** Control of the simulated MVPDs: their sessions and faulty SAML assertions. State lives with the MVPDs. */
import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import type { MvpdControl } from '#src/mvpd/mvpds';
import { assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';
import { type ControlRoute, readJson, respond } from './serve.ts';

interface Deps {
  readonly fixtures: Fixtures;
  readonly mvpds: Pick<
    MvpdControl,
    'sessions' | 'endSessions' | 'injectAssertionFault' | 'clearAssertionFaults'
  >;
}

export const mvpdRoutes = ({ fixtures, mvpds }: Deps): ControlRoute[] => {
  const mvpd = z.enum(fixtures.mvpds.map(({ id }) => id));
  const endSchema = z.strictObject({ mvpd, userId: z.string().min(1).optional() });
  const faultSchema = z.strictObject({
    mvpd,
    bend: z.enum(assertionFaultKinds),
    times: z.number().int().positive().optional(),
  });
  return [
    {
      method: 'get',
      path: '/mvpds/sessions',
      about: 'Sessions at the MVPDs, including ended ones',
      // Without the fingerprint of the cookie.
      handle: (ctx) =>
        respond(
          ctx,
          200,
          mvpds.sessions().map(({ browser: _, ...session }) => session),
        ),
    },
    {
      method: 'post',
      path: '/mvpds/sessions/end',
      about: 'Sign a subscriber, or all subscribers, out at an MVPD',
      handle: async (ctx) => {
        const { mvpd: id, userId } = await readJson(ctx, endSchema);
        respond(ctx, 200, { ended: mvpds.endSessions(id, userId) });
      },
    },
    {
      method: 'post',
      path: '/mvpds/assertions',
      about: 'Inject a fault into the next SAML assertions of an MVPD',
      handle: async (ctx) => {
        const fault = await readJson(ctx, faultSchema);
        mvpds.injectAssertionFault(fault.mvpd, fault.bend, fault.times);
        respond(ctx, 201, fault);
      },
    },
    {
      method: 'delete',
      path: '/mvpds/assertions',
      about: 'Clear all assertion faults',
      handle: (ctx) => {
        mvpds.clearAssertionFaults();
        respond(ctx, 204);
      },
    },
  ];
};
