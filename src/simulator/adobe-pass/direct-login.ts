import type { Mvpds } from '../mvpd/mvpds.ts';
import type { Origins } from '../party.ts';
import type { MvpdLogin } from './mvpd-ports.ts';
import { refuse } from './refusal.ts';
import { subscriberOf } from './subscriber.ts';

/** A login without a protocol: the MVPD sends the browser back with a code that is redeemed behind its back. */
export const createDirectLogin = ({
  origins,
  mvpds,
}: {
  origins: Origins;
  mvpds: Pick<Mvpds, 'redeem'>;
}): MvpdLogin => {
  const pageOf = (mvpd: string, page: 'login' | 'logout'): URL =>
    new URL(`/${encodeURIComponent(mvpd)}/${page}`, origins.mvpd);
  return {
    serves: () => true,
    signIn: ({ mvpd, request }) => {
      const url = pageOf(mvpd.id, 'login');
      url.searchParams.set('request', `${mvpd.id}:${request}`);
      return { kind: 'redirect', url: url.href };
    },
    signInReturns: [
      {
        ...{ operation: 'login.return', method: 'get', path: '/adobe-services/login-return' },
        read: ({ query }) => {
          const sent = query.get('request') ?? '';
          const [, mvpd = '', request = ''] = /^(.*):([\w-]+)$/.exec(sent) ?? [];
          const found = mvpds.redeem({ mvpd, request: sent, code: query.get('code') ?? '' });
          if (!found) throw refuse('invalid_authentication_session');
          return { request, mvpd, subscriber: subscriberOf(found) };
        },
      },
    ],
    signOut: ({ mvpd, request }) => {
      const url = pageOf(mvpd.id, 'logout');
      url.searchParams.set('relay', request);
      return { kind: 'redirect', url: url.href };
    },
    signOutReturns: [
      {
        ...{ operation: 'logout.return', method: 'get', path: '/adobe-services/logout-return' },
        read: ({ query }) => ({ request: query.get('relay') ?? '' }),
      },
    ],
  };
};
