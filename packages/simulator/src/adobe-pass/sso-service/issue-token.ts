import type { Answer } from '../context.ts';
import { readDeviceInfo } from '../device.ts';
import { deviceOf, type SsoCall, type SsoContext } from './admit.ts';
import { enrol } from './devices.ts';
import { refuseSso } from './errors.ts';
import { spendLink } from './link-codes.ts';
import { tokenBody } from './token-body.ts';

const absent = 'Either x-sso-id or x-sso-link header is required for POST requests';

/** Who the device says it is: a link code goes before an id. Errors: header_missing, header_invalid. */
const claimOf = (context: SsoContext, { headers, programmer }: SsoCall, device: string) => {
  const text = (name: string): string => String(headers[name] ?? '').trim();
  const link = text('x-sso-link');
  if (link !== '') return { ssoId: spendLink(context, programmer, link), type: 'sso' } as const;
  const byDevice = context.switches.now.ssoServiceIdDefault === 'device' ? device : '';
  const ssoId = text('x-sso-id') || byDevice;
  if (ssoId === '') throw refuseSso('header_missing', { message: absent });
  return { ssoId, type: 'regular' } as const;
};

/** POST /api/{serviceProvider}/serviceToken: a token for whoever the app names, nobody asks for proof. */
export const createIssueToken =
  (context: SsoContext) =>
  async (call: SsoCall): Promise<Answer> => {
    const device = deviceOf(call, 'AP-Device-Identifier header is required for POST requests');
    const strict = context.switches.now.ssoServiceDeviceInfo === 'required';
    if (strict && readDeviceInfo(call.headers['x-device-info']) === null) throw refuseSso('header_missing');
    const { ssoId, type } = claimOf(context, call, device);
    enrol(context, { programmer: call.programmer, ssoId }, { call, device, type });
    return { status: 201, body: await tokenBody(context, 'CREATED', ssoId) };
  };
