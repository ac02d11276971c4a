import type { Answer } from '../requests/answer.ts';
import { readDeviceInfo } from '../requests/device.ts';
import type { SwitchReader } from '../switches.ts';
import { deviceOf, type SsoCall } from './admit.ts';
import { type DeviceDeps, enrol } from './devices.ts';
import { refuseSso } from './errors.ts';
import { type SpendLinkDeps, spendLink } from './link-codes.ts';
import { type TokenBodyDeps, tokenBody } from './token-body.ts';

type ClaimDeps = SpendLinkDeps & { readonly switches: SwitchReader<'ssoServiceIdDefault'> };

type Deps = ClaimDeps &
  DeviceDeps &
  TokenBodyDeps & { readonly switches: SwitchReader<'ssoServiceDeviceInfo'> };

const absent = 'Either x-sso-id or x-sso-link header is required for POST requests';

/** The SSO id that the device claims; a link code takes precedence. Errors: header_missing, header_invalid. */
const claimOf = (deps: ClaimDeps, { headers, programmer }: SsoCall, device: string) => {
  const text = (name: string): string => String(headers[name] ?? '').trim();
  const link = text('x-sso-link');
  if (link !== '') return { ssoId: spendLink(deps, programmer, link), type: 'sso' } as const;
  const fallback = deps.switches.now.ssoServiceIdDefault === 'device' ? device : '';
  const ssoId = text('x-sso-id') || fallback;
  if (ssoId === '') throw refuseSso('header_missing', { message: absent });
  return { ssoId, type: 'regular' } as const;
};

/** POST /api/{serviceProvider}/serviceToken: a token for any id that the app sends; no proof is required. */
export const createIssueToken =
  (deps: Deps) =>
  async (call: SsoCall): Promise<Answer> => {
    const device = deviceOf(call, 'AP-Device-Identifier header is required for POST requests');
    const isRequired = deps.switches.now.ssoServiceDeviceInfo === 'required';
    if (isRequired && readDeviceInfo(call.headers['x-device-info']) === null)
      throw refuseSso('header_missing');
    const { ssoId, type } = claimOf(deps, call, device);
    enrol(deps, { programmer: call.programmer, ssoId }, { call, device, type });
    return { status: 201, body: await tokenBody(deps, 'CREATED', ssoId) };
  };
