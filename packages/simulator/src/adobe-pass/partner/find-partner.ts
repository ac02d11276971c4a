import type { Mvpd, ServiceProvider } from '#src/fixtures';
import type { Integrations } from '../configuration/integrations.ts';
import { type RefusalCode, refuse } from '../errors/refusal.ts';
import type { SwitchReader } from '../switches.ts';

/** The only partner. */
const partnerName = 'Apple';

export interface FindPartnerDeps {
  readonly switches: SwitchReader<'partnerCase'>;
}

/** The partner of the path. Error: invalid_parameter_partner. */
export const findPartner = ({ switches }: FindPartnerDeps, given: string | undefined): string => {
  const ignoresCase = switches.now.partnerCase === 'any';
  const isKnown = ignoresCase ? given?.toLowerCase() === partnerName.toLowerCase() : given === partnerName;
  if (!isKnown) throw refuse('invalid_parameter_partner');
  return partnerName;
};

const platformErrors = [
  'invalid_configuration_platform',
  'invalid_configuration_platform_id',
  'invalid_configuration_platform_trait',
  'invalid_configuration_platform_category_trait',
  'invalid_configuration_platform_services',
  'invalid_configuration_mvpd_platform',
  'invalid_configuration_mvpd_platform_boarding_status',
  'invalid_configuration_mvpd_platform_profile_exchange',
] as const satisfies readonly RefusalCode[];

export interface PartnerErrorDeps {
  readonly integrations: Pick<Integrations, 'isMisconfigured'>;
}

/** The configuration error that prevents partner single sign-on; null if there is none. */
export const partnerErrorOf = (
  { integrations }: PartnerErrorDeps,
  serviceProvider: ServiceProvider,
  { id, partner }: Mvpd,
): RefusalCode | null => {
  const injected = platformErrors.find((code) => integrations.isMisconfigured(serviceProvider, id, code));
  if (injected) return injected;
  if (!partner) return 'invalid_configuration_mvpd_platform';
  if (partner.boardingStatus !== 'SUPPORTED') return 'invalid_configuration_mvpd_platform_boarding_status';
  return partner.exchangesProfiles ? null : 'invalid_configuration_mvpd_platform_profile_exchange';
};
