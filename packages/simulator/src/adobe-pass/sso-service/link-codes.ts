import { compositeKey } from '#src/lib/single-flight';
import { dropEnded } from '../state.ts';
import type { SsoContext } from './admit.ts';
import type { Household } from './devices.ts';
import { refuseSso } from './errors.ts';

type Context = Pick<SsoContext, 'state' | 'ids' | 'clock' | 'switches' | 'changed'>;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const draw = ({ ids, switches }: Pick<Context, 'ids' | 'switches'>): string => {
  const bytes = Buffer.from(ids.secret(6), 'base64url');
  return switches.now.ssoServiceLinkCode === 'digits'
    ? String(bytes.readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
    : [...bytes].map((byte) => alphabet[byte % 32]).join('');
};

/** A code that brings one more device to the SSO id, once. */
export const openLink = (context: Context, household: Household) => {
  const { state, clock, switches, changed } = context;
  const notBefore = clock.now();
  const notAfter = notBefore + switches.now.ssoServiceLinkSeconds * 1000;
  dropEnded(state.ssoLinks, (link) => link.notAfter, notBefore);
  const { programmer, ssoId } = household;
  let code = draw(context);
  while (state.ssoLinks.has(compositeKey(programmer, code))) code = draw(context);
  state.ssoLinks.set(compositeKey(programmer, code), { ssoId, notAfter });
  changed();
  return { code, notBefore, notAfter };
};

/** The SSO id behind the code, which is spent. No row of the catalogue names this error: header_invalid. */
export const spendLink = ({ state, clock, changed }: Context, programmer: string, code: string): string => {
  const key = compositeKey(programmer, code);
  const link = state.ssoLinks.get(key);
  if (!link || link.notAfter <= clock.now())
    throw refuseSso('header_invalid', {
      ...{ action: 'check_headers', message: 'X-SSO-LINK is unknown, used or expired' },
    });
  state.ssoLinks.delete(key);
  changed();
  return link.ssoId;
};
