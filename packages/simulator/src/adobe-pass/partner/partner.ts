import type { Mvpd, ServiceProvider } from '#src/fixtures';
import type { AdobeContext } from '../context.ts';
import { type RefusalCode, refuse } from '../refusal.ts';

/** The one partner there is. */
const partnerName = 'Apple';

/** The partner in the path. Error: invalid_parameter_partner. */
export const findPartner = (
  { switches }: Pick<AdobeContext, 'switches'>,
  given: string | undefined,
): string => {
  const any = switches.now.partnerCase === 'any';
  const known = any ? given?.toLowerCase() === partnerName.toLowerCase() : given === partnerName;
  if (!known) throw refuse('invalid_parameter_partner');
  return partnerName;
};

const ofPlatform = [
  'invalid_configuration_platform',
  'invalid_configuration_platform_id',
  'invalid_configuration_platform_trait',
  'invalid_configuration_platform_category_trait',
  'invalid_configuration_platform_services',
  'invalid_configuration_mvpd_platform',
  'invalid_configuration_mvpd_platform_boarding_status',
  'invalid_configuration_mvpd_platform_profile_exchange',
] as const satisfies readonly RefusalCode[];

/** What Adobe's configuration lacks for single sign-on by the partner, if anything. */
export const partnerFault = (
  { integrations }: Pick<AdobeContext, 'integrations'>,
  serviceProvider: ServiceProvider,
  { id, partner }: Mvpd,
): RefusalCode | null => {
  const spoilt = ofPlatform.find((code) => integrations.isSpoilt(serviceProvider, id, code));
  if (spoilt) return spoilt;
  if (!partner) return 'invalid_configuration_mvpd_platform';
  if (partner.boardingStatus !== 'SUPPORTED') return 'invalid_configuration_mvpd_platform_boarding_status';
  return partner.exchangesProfiles ? null : 'invalid_configuration_mvpd_platform_profile_exchange';
};
