import type { Mvpd } from '#src/fixtures';
import { refuse } from '../errors/refusal.ts';
import type { MvpdLogin } from '../mvpd-ports.ts';

/** The login that serves the MVPD: the first one that does. Error: invalid_integration. */
export const loginFor = (logins: readonly MvpdLogin[], mvpd: Mvpd): MvpdLogin => {
  const found = logins.find((login) => login.serves(mvpd));
  if (!found) throw refuse('invalid_integration');
  return found;
};
