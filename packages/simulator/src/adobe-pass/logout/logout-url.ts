import { createHash } from 'node:crypto';
import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import type { Ids } from '#src/lib/ids';
import type { Origins } from '#src/party';
import type { Owner } from '../requests/viewer.ts';
import { type AdobeState, type Authentication, dropEnded } from '../state.ts';
import type { SwitchReader } from '../switches.ts';

export interface LogoutUrlDeps {
  readonly state: Pick<AdobeState, 'logouts'>;
  readonly origins: Pick<Origins, 'adobe'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly switches: SwitchReader<'logoutUrl'>;
  readonly changed: () => void;
}

/** Milliseconds until the browser must have started the MVPD's logout. */
const lifetime = 15 * 60_000;

/** Opaque, as `pt_device_id` in the samples: only the app on the device can know it. */
const passThroughIdOf = ({ client, device }: Owner): string =>
  createHash('sha256').update(compositeKey(client, device)).digest('hex');

/** The URL at which a browser ends the MVPD's own session. It stores what this needs of the removed profile. */
export const mvpdLogoutUrl = (
  { state, origins, ids, clock, switches, changed }: LogoutUrlDeps,
  { owner, redirectUrl, profile }: { owner: Owner; redirectUrl: string | null; profile: Authentication },
): string => {
  const { mvpd, userId, session } = profile;
  const { serviceProvider } = owner;
  const passThroughId = passThroughIdOf(owner);
  const expiresAt = clock.now() + lifetime;
  dropEnded(state.logouts, (logout) => logout.expiresAt, clock.now());
  state.logouts.set(ids.secret(), {
    passThroughId,
    mvpd,
    serviceProvider,
    redirectUrl,
    userId,
    session,
    expiresAt,
  });
  changed();

  const path = '/adobe-services/logout';
  const device = { requestor_id: serviceProvider, mso_id: mvpd, pt_device_id: passThroughId };
  if (switches.now.logoutUrl === 'relative') return `${path}?${new URLSearchParams(device)}`;
  const back = redirectUrl !== null && { redirect_url: redirectUrl };
  const query = new URLSearchParams({ noflash: 'true', ...device, ...back });
  return `${origins.adobe}${path}?${query}`;
};
