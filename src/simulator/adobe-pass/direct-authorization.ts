import type { Mvpds } from '../mvpd/mvpds.ts';
import type { MvpdAuthorization, Verdict } from './mvpd-ports.ts';

const day = 24 * 3_600_000;

/** Asks the simulated MVPD's list of subscribers itself, without a protocol in between. */
export const createDirectAuthorization = (mvpds: Pick<Mvpds, 'permits'>): MvpdAuthorization => ({
  authorize: async ({ mvpd, subscriber, resources, preflight }) => {
    const verdictOn = (resource: string): Verdict =>
      mvpds.permits({ mvpd: mvpd.id, userId: subscriber.userId, resource })
        ? { permit: true, ttl: day }
        : {
            permit: false,
            code: preflight ? 'preauthorization_denied_by_mvpd' : 'authorization_denied_by_mvpd',
            details: `Your subscription package does not include "${resource}"`,
          };
    return new Map(resources.map((resource) => [resource, verdictOn(resource)]));
  },
});
