import type { Call } from '#src/adobe-pass/types';
import type { ChangeKey } from '#src/stores/change-feed';
import type { About } from './drop.ts';
import { type Identity, savedKey } from './keys.ts';
import type { SavedPlace } from './saved-profiles.ts';

/** For whom something is asked. */
export interface Asker {
  readonly call: Call;
  /** What the caller rests on: who it is, on which instance, by which sign-in. */
  readonly restsOn: readonly ChangeKey[];
}

/** What an answer rests on, and what it is about. */
export const heldBy = (
  { call, restsOn }: Asker,
  { subject, device }: Identity,
  mvpd: string | undefined,
): { readonly tags: readonly string[]; readonly about: About } => ({
  tags: [call.credentials.id, device, ...restsOn.map(({ id }) => id)],
  about: {
    serviceProvider: call.serviceProvider,
    mvpd,
    holder: { subject: subject[0], account: call.viewer, device },
  },
});

/** Where the profiles of an asker are stored. */
export const placeOf = ({ call, restsOn }: Asker, identity: Identity): SavedPlace => {
  const idOf = (kind: ChangeKey['kind']) => restsOn.find((key) => key.kind === kind)?.id;
  const grant = idOf('sign-in') ?? null;
  return {
    key: savedKey(call, identity, grant),
    credentials: call.credentials.id,
    instance: idOf('instance') ?? '',
    account: call.viewer ?? null,
    grant,
    device: identity.device,
    serviceProvider: call.serviceProvider,
    subject: identity.subject[0] ?? null,
  };
};
