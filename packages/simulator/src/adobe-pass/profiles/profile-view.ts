import type { Mvpd, ServiceProvider } from '#src/fixtures';
import type { Integrations } from '../configuration/integrations.ts';
import { refuse } from '../errors/refusal.ts';
import type { Incoming } from '../requests/call.ts';
import type { Owner } from '../requests/viewer.ts';
import type { SwitchReader } from '../switches.ts';
import type { Found } from './profile-book.ts';
import { identityOf, type Trials } from './temp-pass.ts';
import { plain, type UserMetadataOf } from './user-metadata.ts';

export interface ViewDeps {
  readonly userMetadata: UserMetadataOf;
  readonly integrations: Pick<Integrations, 'isMisconfigured'>;
  readonly switches: SwitchReader<'missingCertificate'>;
}

/** A profile as JSON; its times are numbers, unlike a session's. */
export const viewOf = async (
  { userMetadata, integrations, switches }: ViewDeps,
  serviceProvider: ServiceProvider,
  { type, profile }: Found,
) => {
  const { mvpd, userId, notBefore, notAfter } = profile;
  const code = 'invalid_configuration_user_metadata_certificate';
  return {
    notBefore,
    notAfter,
    type,
    issuer: type === 'appleSSO' ? 'Apple' : mvpd,
    attributes: {
      userID: plain(userId),
      ...(type !== 'regular' && { upstreamUserID: plain(userId), mvpd: plain(mvpd) }),
      ...(await userMetadata(serviceProvider, profile.attributes, {
        missing: switches.now.missingCertificate,
        isMisconfigured: integrations.isMisconfigured(serviceProvider, mvpd, code),
      })),
    },
  };
};

export interface TemporaryViewDeps {
  readonly trials: Pick<Trials, 'refusalOf' | 'view'>;
  readonly integrations: Pick<Integrations, 'isMisconfigured'>;
}

/** The profile of a TempPass. An exhausted TempPass is an HTTP error here. Errors: temporary_access_*. */
export const temporaryView = (
  { trials, integrations }: TemporaryViewDeps,
  { owner, serviceProvider, mvpd }: { owner: Owner; serviceProvider: ServiceProvider; mvpd: Mvpd },
  headers: Incoming['headers'],
) => {
  const code = 'invalid_configuration_temporary_access';
  if (integrations.isMisconfigured(serviceProvider, mvpd.id, code)) throw refuse(code);
  const visitor = { ...owner, mvpd, identity: identityOf(mvpd, headers) };
  const refusal = trials.refusalOf(visitor);
  if (refusal) throw refuse(refusal);
  return trials.view(visitor);
};
