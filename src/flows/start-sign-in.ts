import type { AdmitSource } from '#src/families/source-limit';
import type { DeviceCode, DeviceSignIns, IssuedTokens, SignInRequest } from './device-sign-ins.ts';

/** Why a device has got another code than the one that it named. */
export type NewCodeReason = 'denied' | 'expired';

export type SignInState =
  | {
      readonly code: DeviceCode;
      /** Nobody has been shown it. */
      readonly isNew: boolean;
      readonly reason?: NewCodeReason | undefined;
    }
  | { readonly tokens: IssuedTokens };

interface Deps {
  readonly deviceSignIns: DeviceSignIns;
  /** The limit of the device authorization endpoint. */
  readonly admitSource: AdmitSource;
}

/** `deviceCode`: the one that the device has. */
export type StartSignIn = (request: SignInRequest, deviceCode?: string) => Promise<SignInState>;

/**
 * The sign-in of a device: the code that it has while this waits for its viewer, the tokens once it is approved, else a new code.
 * Errors: gateway_source_limited, client_credentials_invalid.
 */
export const createStartSignIn = ({ deviceSignIns, admitSource }: Deps): StartSignIn => {
  const begin = async (request: SignInRequest, reason?: NewCodeReason): Promise<SignInState> => {
    await admitSource(request.client.address);
    return { code: await deviceSignIns.begin(request), isNew: true, reason };
  };
  return async (request, deviceCode) => {
    if (deviceCode === undefined) return begin(request);
    const code = await deviceSignIns.pending(request, deviceCode);
    if (code) return { code, isNew: false };
    const redeemed = await deviceSignIns.redeem(request, deviceCode);
    if ('tokens' in redeemed) return redeemed;
    return begin(request, redeemed.refused === 'access_denied' ? 'denied' : 'expired');
  };
};
