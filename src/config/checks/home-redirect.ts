import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

/** A first page that redirects to itself would never end. */
export const homeRedirect = ({ home, publicOrigin }: Draft): Finding[] => {
  const url = home?.redirect === undefined ? null : URL.parse(home.redirect);
  return url?.origin === publicOrigin && url?.pathname === '/'
    ? [{ path: ['home', 'redirect'], message: 'must not be the first page itself (publicOrigin)' }]
    : [];
};
