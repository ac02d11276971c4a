import type { Clock } from '#src/lib/clock';
import { fail, type KinpassError } from '#src/lib/errors';
import type { AdobePass } from './adobe-pass.ts';
import { pauseOf } from './answers.ts';
import { createTransport } from './transport.ts';
import type { ClientCredentials, Device } from './types.ts';

/** Trials of one TempPass. A key is the hash of an identity that the app sent. */
export interface Trials {
  readonly serviceProvider: string;
  readonly mvpd: string;
  readonly of: { readonly device: string } | { readonly key: string } | 'allDevices';
}

interface Deps {
  readonly adobe: Pick<AdobePass, 'register' | 'accessToken'>;
  readonly clock: Clock;
  readonly settings: {
    readonly origin: string;
    readonly softwareStatement: string;
    /** Where the statement is registered. */
    readonly environment: string;
    readonly connectTimeout: number;
    readonly timeout: number;
  };
}

/** Who asks: nobody's device. The address is of a network that no viewer is in (RFC 5737). */
const operator: Device = {
  address: '198.51.100.1',
  headers: { accept: 'application/json', 'user-agent': 'kinpass' },
};

/** `all` is Adobe's word for every device, also where it is left out. */
const pathOf = ({ serviceProvider, mvpd, of }: Trials): string => {
  const named = { requestor_id: serviceProvider, mvpd_id: mvpd };
  if (of === 'allDevices') return `/reset-tempass/v3/reset?${query({ ...named, device_id: 'all' })}`;
  return 'device' in of
    ? `/reset-tempass/v3/reset?${query({ ...named, device_id: of.device })}`
    : `/reset-tempass/v3/reset/generic?${query({ ...named, key: of.key })}`;
};

const query = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();

/**
 * Resets trials as a registered application of the programmer's own. Its credentials belong to no viewer: they are kept in
 * memory, and replaced when Adobe refuses them. Errors: temppass_reset_refused; those of `AdobePass.register`.
 * Source: Temporary access, "Reset TempPass API".
 */
export const createTempPassReset = ({ adobe, clock, settings }: Deps) => {
  const { origin, softwareStatement, environment, connectTimeout, timeout } = settings;
  let credentials: Promise<ClientCredentials> | undefined;

  const send = async (path: string) => {
    credentials ??= adobe.register({ environment, softwareStatement, device: operator });
    const accessToken = await adobe.accessToken(await credentials, { device: operator });
    const headers = { ...operator.headers, authorization: `Bearer ${accessToken}` };
    const transport = createTransport({ origin, connectTimeout, clock });
    try {
      return await transport.send({ method: 'DELETE', path, headers, timeout });
    } finally {
      transport.close();
    }
  };
  /** Credentials that failed, whatever the reason, are not used again. */
  const sendOrForget = async (path: string) => {
    try {
      const response = await send(path);
      if (isRefused(response)) credentials = undefined;
      return response;
    } catch (error) {
      credentials = undefined;
      throw error;
    }
  };

  return async (trials: Trials): Promise<void> => {
    const path = pathOf(trials);
    const isKnown = credentials !== undefined;
    let response = await sendOrForget(path);
    if (isKnown && isRefused(response)) response = await sendOrForget(path);
    if (response.status < 200 || response.status > 299) throw refusalOf(response);
  };
};

export type TempPassReset = ReturnType<typeof createTempPassReset>;

const isRefused = ({ status }: { readonly status: number }): boolean => status === 401 || status === 403;

const refusalOf = (response: Parameters<typeof pauseOf>[0] & { readonly status: number }): KinpassError => {
  const { status } = response;
  if (status === 429) return fail('gateway_throttled', { retryAfter: pauseOf(response) });
  if (status >= 500) return fail('gateway_adobe_unreachable', { detail: `status ${status}` });
  return fail('temppass_reset_refused', {
    hint: isRefused(response)
      ? 'check that the software statement has the scope of the Reset TempPass API and this service provider'
      : 'check the service provider, and that the MVPD is a TempPass',
    detail: `status ${status}`,
  });
};
