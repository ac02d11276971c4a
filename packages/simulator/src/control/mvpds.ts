/**
 * Control of the simulated MVPDs: who is signed in there, logout at the MVPD, assertions that are wrong on purpose.
 * State lives with the MVPDs; here are the words for it. It refuses to touch what Adobe remembers.
 */
import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import type { MvpdControl } from '#src/mvpd/mvpds';
import { assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';
import { BadRequest, type ControlRoute, read, say } from './serve.ts';

interface Deps {
  readonly fixtures: Fixtures;
  /** Known only once everything listens. */
  readonly mvpds: () => MvpdControl | undefined;
}

export const mvpdRoutes = ({ fixtures, mvpds }: Deps): ControlRoute[] => {
  const mvpd = z.enum(fixtures.mvpds.map(({ id }) => id));
  const end = z.strictObject({ mvpd, userId: z.string().min(1).optional() });
  const bend = z.strictObject({
    mvpd,
    bend: z.enum(assertionFaultKinds),
    times: z.number().int().positive().optional(),
  });
  const control = (): MvpdControl => {
    const found = mvpds();
    if (!found) throw new BadRequest('the simulator is still starting');
    return found;
  };
  return [
    {
      method: 'get',
      path: '/mvpds/sessions',
      about: 'Who is or was signed in at the MVPDs',
      // The cookie's fingerprint is nobody's business.
      handle: (ctx) =>
        say(
          ctx,
          200,
          control()
            .sessions()
            .map(({ browser: _, ...session }) => session),
        ),
    },
    {
      method: 'post',
      path: '/mvpds/sessions/end',
      about: 'Sign a subscriber, or everybody, out at an MVPD',
      handle: async (ctx) => {
        const { mvpd: id, userId } = await read(ctx, end);
        say(ctx, 200, { ended: control().endSessions(id, userId) });
      },
    },
    {
      method: 'post',
      path: '/mvpds/assertions',
      about: 'Make the next SAML assertions of an MVPD wrong',
      handle: async (ctx) => {
        const order = await read(ctx, bend);
        control().injectAssertionFault(order.mvpd, order.bend, order.times);
        say(ctx, 201, order);
      },
    },
    {
      method: 'delete',
      path: '/mvpds/assertions',
      about: 'Assertions are right again',
      handle: (ctx) => {
        control().clearAssertionFaults();
        say(ctx, 204);
      },
    },
  ];
};
