import type { Mvpd, ServiceProvider } from '#src/fixtures';
import type { Incoming } from '../call.ts';
import type { AdobeContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import type { Degradation } from '../state.ts';
import type { Owner } from '../viewer.ts';
import type { Found } from './profile-book.ts';
import { identityOf } from './temp-pass.ts';
import { plain } from './user-metadata.ts';

export type ViewContext = Pick<
  AdobeContext,
  'profiles' | 'trials' | 'degradations' | 'integrations' | 'userMetadata' | 'switches'
>;

/** A profile as it leaves; its times are JSON numbers, unlike a session's. */
export const viewOf = async (
  { userMetadata, integrations, switches }: ViewContext,
  serviceProvider: ServiceProvider,
  { type, profile }: Found,
) => {
  const { mvpd, userId, notBefore, notAfter } = profile;
  const code = 'invalid_configuration_user_metadata_certificate';
  return {
    ...{ notBefore, notAfter, type },
    issuer: type === 'appleSSO' ? 'Apple' : mvpd,
    attributes: {
      userID: plain(userId),
      ...(type !== 'regular' && { upstreamUserID: plain(userId), mvpd: plain(mvpd) }),
      ...(await userMetadata(serviceProvider, profile.attributes, {
        missing: switches.now.missingCertificate,
        spoilt: integrations.isSpoilt(serviceProvider, mvpd, code),
      })),
    },
  };
};

/** The rule that stands in for signing in, where it counts. `found`: a profile that is there all the same. */
export const degradedBy = (
  { degradations, switches }: Pick<ViewContext, 'degradations' | 'switches'>,
  serviceProvider: string,
  mvpd: string,
  found: unknown,
): Degradation | null => {
  const rule = degradations.of(serviceProvider, mvpd);
  if (rule?.rule !== 'AuthNAll') return null;
  return found && switches.now.degradationPriority === 'profile' ? null : rule;
};

/** The profile of a TempPass; what ends it is a real HTTP error here. */
export const temporaryView = (
  { trials, integrations }: ViewContext,
  { owner, serviceProvider, mvpd }: { owner: Owner; serviceProvider: ServiceProvider; mvpd: Mvpd },
  headers: Incoming['headers'],
) => {
  const code = 'invalid_configuration_temporary_access';
  if (integrations.isSpoilt(serviceProvider, mvpd.id, code)) throw refuse(code);
  const visitor = { ...owner, mvpd, identity: identityOf(mvpd, headers) };
  const refusal = trials.refusalOf(visitor);
  if (refusal) throw refuse(refusal);
  return trials.view(visitor);
};
