import type { Mvpd, ServiceProvider } from '#src/fixtures';
import type { Integrations } from '../configuration/integrations.ts';
import { type ErrorSubject, Refusal } from '../errors/refusal.ts';
import type { Incoming } from '../requests/call.ts';
import type { Owner } from '../requests/viewer.ts';
import type { SwitchReader } from '../switches.ts';
import type { Found } from './profile-book.ts';
import type { Trials } from './temp-pass.ts';
import { identityOf } from './trial-identity.ts';
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
  readonly switches: SwitchReader<'tempPassHash'>;
}

/** The profile of a TempPass. An exhausted TempPass is an HTTP error here. Errors: temporary_access_*. */
export const temporaryView = (
  { trials, integrations, switches }: TemporaryViewDeps,
  {
    owner,
    serviceProvider,
    mvpd,
    errorSubject: subject,
  }: { owner: Owner; serviceProvider: ServiceProvider; mvpd: Mvpd; errorSubject?: ErrorSubject | undefined },
  headers: Incoming['headers'],
) => {
  const code = 'invalid_configuration_temporary_access';
  if (integrations.isMisconfigured(serviceProvider, mvpd.id, code)) throw new Refusal(code, { subject });
  const visitor = { ...owner, mvpd, identity: identityOf(mvpd, headers, switches.now) };
  const refusal = trials.refusalOf(visitor);
  if (refusal) throw new Refusal(refusal, { subject });
  return trials.view(visitor);
};
