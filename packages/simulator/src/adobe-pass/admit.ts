import type { IncomingHttpHeaders } from 'node:http';
import { type Call, findMvpd, findServiceProvider, type Incoming } from './call.ts';
import type { AdobeContext } from './context.ts';
import { checkDeviceInfo, readDeviceIdentifier } from './device.ts';
import { type IdentityHeader, type Listed, listedBy, type OperationName } from './header-table.ts';
import { readPartnerStatus } from './partner/partner-status.ts';
import { platformHeaders } from './platform-identity.ts';
import { refuse } from './refusal.ts';
import type { Client } from './state.ts';

type Context = Pick<
  AdobeContext,
  'state' | 'fixtures' | 'clock' | 'switches' | 'serviceTokens' | 'platformIdentity'
>;

const headersOf: Readonly<Record<IdentityHeader, readonly string[]>> = {
  service: ['ad-service-token'],
  platform: platformHeaders,
  partner: ['ap-partner-framework-status'],
  tempPass: ['ap-temppass-identity'],
  visitor: ['ap-visitor-identifier'],
};

/** Errors: invalid_access_token, invalid_access_token_client_application. */
export const clientOf = (
  { state, clock }: Pick<Context, 'state' | 'clock'>,
  authorization: string | undefined,
): Client => {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
  const issued = token === undefined ? undefined : state.accessTokens.get(token);
  if (!issued || issued.expiresAt <= clock.now()) throw refuse('invalid_access_token');
  const client = state.clients.get(issued.client);
  if (!client || (state.apps.get(client.app) ?? 'active') !== 'active')
    throw refuse('invalid_access_token_client_application');
  return client;
};

/** Errors: invalid_parameter_service_provider, invalid_access_token_*. */
export const serviceProviderOf = (
  context: Pick<Context, 'fixtures'>,
  client: Client,
  id: string | undefined,
) => {
  const serviceProvider = findServiceProvider(context, id);
  const app = context.fixtures.apps.find((known) => known.id === client.app);
  if (!app) throw refuse('invalid_access_token_client_application');
  if (!app.serviceProviders.includes(serviceProvider.id))
    throw refuse('invalid_access_token_service_provider');
  return serviceProvider;
};

const checkPath = (context: Context, { serviceProvider, mvpd }: Incoming['params']): void => {
  findServiceProvider(context, serviceProvider);
  if (mvpd !== undefined) findMvpd(context, mvpd);
};

/** The device headers, where they are listed or demanded everywhere; otherwise nobody looks at them. */
const deviceOf = ({ switches }: Context, listed: Listed, headers: IncomingHttpHeaders): string => {
  if (!listed.device && switches.now.deviceHeaders === 'listed') return '';
  const device = readDeviceIdentifier(headers['ap-device-identifier']);
  checkDeviceInfo(headers['x-device-info'], switches.now.deviceInfo);
  return device;
};

const subjectOf = async ({ serviceTokens, switches }: Context, headers: IncomingHttpHeaders) => {
  const header = headers['ad-service-token'];
  if (header === undefined) return null;
  const subject = await serviceTokens.subjectOf(String(header));
  if (subject === null && switches.now.serviceTokenFault === 'reject')
    throw refuse('invalid_header_service_token');
  return subject;
};

const partnerOf = (context: Context, headers: IncomingHttpHeaders, mvpd: string | undefined) => {
  if (headers['ap-partner-framework-status'] === undefined) return null;
  const status = readPartnerStatus(context, headers);
  const strict = context.switches.now.partnerStatusFault === 'reject';
  if (status.fault !== null && strict) throw refuse(status.fault);
  if (strict && mvpd !== undefined && status.mvpd?.id !== mvpd)
    throw refuse('invalid_header_pfs_provider_id_mismatch');
  return status.fault === null ? (status.mvpd?.id ?? null) : null;
};

const refuseUnlisted = (listed: readonly IdentityHeader[], headers: IncomingHttpHeaders): void => {
  const names = Object.keys(headersOf) as IdentityHeader[];
  const stray = names.filter((name) => !listed.includes(name)).flatMap((name) => headersOf[name]);
  if (stray.some((header) => headers[header] !== undefined)) throw refuse('unexpected_header');
};

/** The checks that every REST V2 operation begins with: bearer, path, headers. */
export const createAdmit =
  (context: Context) =>
  async (incoming: Incoming, operation: OperationName): Promise<Call> => {
    const { headers, params } = incoming;
    const { switches } = context;
    if (switches.now.checkOrder === 'path') checkPath(context, params);
    const client = clientOf(context, headers.authorization);
    const serviceProvider = serviceProviderOf(context, client, params['serviceProvider']);
    checkPath(context, params);

    const listed = listedBy(operation, switches.now);
    const { identity = [] } = listed;
    if (switches.now.unlistedHeaders === 'refused') refuseUnlisted(identity, headers);
    const lists = (header: IdentityHeader): boolean => identity.includes(header);
    // The session and the profile of a partner have answers of their own to a status that does not hold.
    const looksAtPartner = lists('partner') && params['partner'] === undefined;
    return {
      ...{ ...incoming, client, serviceProvider },
      device: deviceOf(context, listed, headers),
      subject: lists('service') ? await subjectOf(context, headers) : null,
      platformSubject: lists('platform') ? await context.platformIdentity.subjectOf(headers) : null,
      partner: looksAtPartner ? partnerOf(context, headers, params['mvpd']) : null,
    };
  };
