/**
 * From an HTTP request to a `Call`: bearer, path, device and identity headers, as the header table lists them for
 * the operation. Everything in this folder reads requests; it must not know what the operations do with them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceTokens } from '#src/service-tokens';
import { refuse } from '../errors/refusal.ts';
import { type PlatformIdentity, platformHeaders } from '../platform-sso/platform-identity.ts';
import type { SwitchReader } from '../switches.ts';
import { type BearerDeps, clientOf, serviceProviderOf } from './bearer.ts';
import type { Call, Incoming } from './call.ts';
import { checkDeviceInfo, readDeviceIdentifier } from './device.ts';
import { findMvpd, findServiceProvider } from './find-fixture.ts';
import { type IdentityHeader, type Listed, listedBy, type OperationName } from './header-table.ts';
import { type PartnerStatusDeps, readPartnerStatus } from './partner-status.ts';

type Deps = BearerDeps &
  PartnerStatusDeps & {
    readonly switches: SwitchReader<
      | 'checkOrder'
      | 'deviceHeaders'
      | 'deviceInfo'
      | 'partnerStatusFault'
      | 'platformHeaders'
      | 'serviceTokenFault'
      | 'tempPassIdentity'
      | 'unlistedHeaders'
    >;
    readonly serviceTokens: Pick<ServiceTokens, 'subjectOf'>;
    readonly platformIdentity: Pick<PlatformIdentity, 'subjectOf'>;
  };

const headerNames: Readonly<Record<IdentityHeader, readonly string[]>> = {
  service: ['ad-service-token'],
  platform: platformHeaders,
  partner: ['ap-partner-framework-status'],
  tempPass: ['ap-temppass-identity'],
  visitor: ['ap-visitor-identifier'],
};

const checkPath = ({ fixtures }: Deps, { serviceProvider, mvpd }: Incoming['params']): void => {
  findServiceProvider(fixtures, serviceProvider);
  if (mvpd !== undefined) findMvpd(fixtures, mvpd);
};

/** Empty, and unchecked, if the operation does not list the device headers and the switch does not require them. */
const deviceOf = ({ switches }: Deps, listed: Listed, headers: IncomingHttpHeaders): string => {
  if (!listed.device && switches.now.deviceHeaders === 'listed') return '';
  const device = readDeviceIdentifier(headers['ap-device-identifier']);
  checkDeviceInfo(headers['x-device-info'], switches.now.deviceInfo);
  return device;
};

const subjectOf = async ({ serviceTokens, switches }: Deps, headers: IncomingHttpHeaders) => {
  const header = headers['ad-service-token'];
  if (header === undefined) return null;
  const subject = await serviceTokens.subjectOf(String(header));
  if (subject === null && switches.now.serviceTokenFault === 'reject')
    throw refuse('invalid_header_service_token');
  return subject;
};

const partnerOf = (deps: Deps, headers: IncomingHttpHeaders, mvpd: string | undefined) => {
  if (headers['ap-partner-framework-status'] === undefined) return null;
  const status = readPartnerStatus(deps, headers);
  const strict = deps.switches.now.partnerStatusFault === 'reject';
  if (status.fault !== null && strict) throw refuse(status.fault);
  if (strict && mvpd !== undefined && status.mvpd?.id !== mvpd)
    throw refuse('invalid_header_pfs_provider_id_mismatch');
  return status.fault === null ? (status.mvpd?.id ?? null) : null;
};

const refuseUnlisted = (listed: readonly IdentityHeader[], headers: IncomingHttpHeaders): void => {
  const all = Object.keys(headerNames) as IdentityHeader[];
  const unlisted = all.filter((name) => !listed.includes(name)).flatMap((name) => headerNames[name]);
  if (unlisted.some((header) => headers[header] !== undefined)) throw refuse('unexpected_header');
};

/** The checks common to all REST V2 operations. Errors: invalid_access_token*, invalid_parameter_*, invalid_header_*. */
export const createAdmit =
  (deps: Deps) =>
  async (incoming: Incoming, operation: OperationName): Promise<Call> => {
    const { headers, params } = incoming;
    const switches = deps.switches.now;
    if (switches.checkOrder === 'path') checkPath(deps, params);
    const client = clientOf(deps, headers.authorization);
    const serviceProvider = serviceProviderOf(deps, client, params['serviceProvider']);
    checkPath(deps, params);

    const listed = listedBy(operation, switches);
    const { identity = [] } = listed;
    if (switches.unlistedHeaders === 'refused') refuseUnlisted(identity, headers);
    const lists = (header: IdentityHeader): boolean => identity.includes(header);
    // The partner's session and profile operations handle an invalid status themselves.
    const readsPartner = lists('partner') && params['partner'] === undefined;
    return {
      ...incoming,
      client,
      serviceProvider,
      device: deviceOf(deps, listed, headers),
      subject: lists('service') ? await subjectOf(deps, headers) : null,
      platformSubject: lists('platform') ? await deps.platformIdentity.subjectOf(headers) : null,
      partner: readsPartner ? partnerOf(deps, headers, params['mvpd']) : null,
    };
  };
