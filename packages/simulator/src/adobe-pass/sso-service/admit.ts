import { Refusal } from '../errors/refusal.ts';
import { type BearerDeps, clientOf, serviceProviderOf } from '../requests/bearer.ts';
import type { Incoming } from '../requests/call.ts';
import { readDeviceIdentifier } from '../requests/device.ts';
import type { SwitchReader } from '../switches.ts';
import { refuseSso } from './errors.ts';

/** A request whose bearer may use the service provider. */
export interface SsoCall extends Incoming {
  /** The service provider's programmer, whose devices and link codes the request may reach. */
  readonly programmer: string;
}

const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined || /(^|[,\s])(application\/(json|\*)|\*\/\*)\s*([;,]|$)/i.test(accept);

/** The checks common to all operations. Errors: unauthorized, header_invalid. */
export const admitSso = (deps: BearerDeps, incoming: Incoming): SsoCall => {
  try {
    const client = clientOf(deps, incoming.headers.authorization);
    const serviceProvider = serviceProviderOf(deps, client, incoming.params['serviceProvider']);
    if (!acceptsJson(incoming.headers.accept))
      throw refuseSso('header_invalid', {
        action: 'check_headers',
        message: 'Accept header must be application/json',
      });
    return { ...incoming, programmer: serviceProvider.programmer ?? '' };
  } catch (error) {
    throw error instanceof Refusal ? refuseSso('unauthorized') : error;
  }
};

/** AP-Device-Identifier, the Base64 part. Errors: header_missing, header_invalid. */
export const deviceOf = ({ headers }: Incoming, missing?: string): string => {
  const header = headers['ap-device-identifier'];
  if (header === undefined)
    throw refuseSso('header_missing', missing === undefined ? {} : { message: missing });
  try {
    return readDeviceIdentifier(header);
  } catch {
    throw refuseSso('header_invalid', {
      action: 'check_headers',
      message: 'AP-Device-Identifier header is invalid',
    });
  }
};

const missingToken = {
  GET: 'AD-Service-Token header is required for GET requests',
  link: 'AD-Service-Token header is required for link requests',
  unlink: 'AD-Service-Token header is required for unlink requests',
  list: 'AD-Service-Token header is required for list requests',
} as const;

export interface ServiceTokenDeps {
  readonly switches: SwitchReader<'ssoServiceMissingToken'>;
}

/** AD-Service-Token, not yet verified. Error: header_missing, with status 400 for a refresh and 401 otherwise. */
export const serviceTokenOf = (
  { switches }: ServiceTokenDeps,
  { headers }: Incoming,
  requests: keyof typeof missingToken,
): string => {
  const header = headers['ad-service-token'];
  const isBadRequest = requests === 'GET' || switches.now.ssoServiceMissingToken === 'badRequest';
  if (header === undefined || header === '')
    throw refuseSso('header_missing', { status: isBadRequest ? 400 : 401, message: missingToken[requests] });
  return String(header);
};
