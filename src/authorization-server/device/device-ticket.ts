import { createHmac, type KeyObject } from 'node:crypto';
import { constantTimeEqual } from '#src/lib/constant-time-equal';

const bytes = 16;

interface Deps {
  readonly cookieKeys: readonly [KeyObject, ...KeyObject[]];
}

/**
 * What the link of a QR code carries beside the user code: 128 bits that only the gateway can compute. Who has the
 * ticket has not guessed the code.
 */
export const createDeviceTickets = ({ cookieKeys }: Deps) => {
  const ticket = (key: KeyObject, code: string): string =>
    createHmac('sha256', key).update(`device:${code}`).digest().subarray(0, bytes).toString('base64url');
  return {
    of: (code: string): string => ticket(cookieKeys[0], code),
    fits: (candidate: string, code: string): boolean =>
      cookieKeys.some((key) => constantTimeEqual(candidate, ticket(key, code))),
  };
};

export type DeviceTickets = ReturnType<typeof createDeviceTickets>;
