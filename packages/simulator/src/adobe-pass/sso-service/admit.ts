import { clientOf, serviceProviderOf } from '../admit.ts';
import type { Incoming } from '../call.ts';
import type { AdobeContext } from '../context.ts';
import { readDeviceIdentifier } from '../device.ts';
import { Refusal } from '../refusal.ts';
import { refuseSso } from './errors.ts';

export type SsoContext = Pick<
  AdobeContext,
  'state' | 'fixtures' | 'clock' | 'ids' | 'switches' | 'changed' | 'ssoTokens'
>;

/** A request whose bearer may use the service provider. */
export interface SsoCall extends Incoming {
  /** Whose devices and link codes it may reach: those of the service provider's programmer. */
  readonly programmer: string;
}

const takesJson = (accept: string | undefined): boolean =>
  accept === undefined || /(^|[,\s])(application\/(json|\*)|\*\/\*)\s*([;,]|$)/i.test(accept);

/** The checks that every operation begins with. Errors: unauthorized, header_invalid. */
export const admitSso = (context: SsoContext, incoming: Incoming): SsoCall => {
  try {
    const client = clientOf(context, incoming.headers.authorization);
    const serviceProvider = serviceProviderOf(context, client, incoming.params['serviceProvider']);
    if (!takesJson(incoming.headers.accept))
      throw refuseSso('header_invalid', {
        ...{ action: 'check_headers', message: 'Accept header must be application/json' },
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
      ...{ action: 'check_headers', message: 'AP-Device-Identifier header is invalid' },
    });
  }
};

const required = {
  GET: 'AD-Service-Token header is required for GET requests',
  link: 'AD-Service-Token header is required for link requests',
  unlink: 'AD-Service-Token header is required for unlink requests',
  list: 'AD-Service-Token header is required for list requests',
} as const;

/** AD-Service-Token as it came. Error: header_missing, which is 400 on a refresh and 401 elsewhere. */
export const serviceTokenOf = (
  { switches }: Pick<SsoContext, 'switches'>,
  { headers }: Incoming,
  requests: keyof typeof required,
): string => {
  const header = headers['ad-service-token'];
  const always400 = requests === 'GET' || switches.now.ssoServiceMissingToken === 'badRequest';
  if (header === undefined || header === '')
    throw refuseSso('header_missing', { status: always400 ? 400 : 401, message: required[requests] });
  return String(header);
};
