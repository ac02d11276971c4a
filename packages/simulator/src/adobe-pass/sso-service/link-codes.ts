import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import type { Ids } from '#src/lib/ids';
import { type AdobeState, dropEnded } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import type { Household } from './devices.ts';
import { refuseSso } from './errors.ts';

export interface SpendLinkDeps {
  readonly state: Pick<AdobeState, 'ssoLinks'>;
  readonly clock: Clock;
  readonly changed: () => void;
}

export interface OpenLinkDeps extends SpendLinkDeps {
  readonly ids: Ids;
  readonly switches: SwitchReader<'ssoServiceLinkCode' | 'ssoServiceLinkSeconds'>;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const draw = ({ ids, switches }: Pick<OpenLinkDeps, 'ids' | 'switches'>): string => {
  const bytes = Buffer.from(ids.secret(6), 'base64url');
  return switches.now.ssoServiceLinkCode === 'digits'
    ? String(bytes.readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
    : [...bytes].map((byte) => alphabet[byte % 32]).join('');
};

/** Creates a single-use code that links one more device to the SSO id. */
export const openLink = (deps: OpenLinkDeps, { programmer, ssoId }: Household) => {
  const { state, clock, switches, changed } = deps;
  const notBefore = clock.now();
  const notAfter = notBefore + switches.now.ssoServiceLinkSeconds * 1000;
  dropEnded(state.ssoLinks, (link) => link.notAfter, notBefore);
  let code = draw(deps);
  while (state.ssoLinks.has(compositeKey(programmer, code))) code = draw(deps);
  state.ssoLinks.set(compositeKey(programmer, code), { ssoId, notAfter });
  changed();
  return { code, notBefore, notAfter };
};

/** Redeems the code for its SSO id. Error: header_invalid, for lack of a documented code. */
export const spendLink = (
  { state, clock, changed }: SpendLinkDeps,
  programmer: string,
  code: string,
): string => {
  const key = compositeKey(programmer, code);
  const link = state.ssoLinks.get(key);
  if (!link || link.notAfter <= clock.now())
    throw refuseSso('header_invalid', {
      action: 'check_headers',
      message: 'X-SSO-LINK is unknown, used or expired',
    });
  state.ssoLinks.delete(key);
  changed();
  return link.ssoId;
};
