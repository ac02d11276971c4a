import type { IncomingMessage } from 'node:http';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import { type ThrottlePolicy, type ThrottleState, throttle } from '#src/throttle';

/** A device's address: the first X-Forwarded-For, otherwise the socket's. */
export const deviceAddress = ({ headers, socket }: IncomingMessage): string => {
  const [forwarded = ''] = String(headers['x-forwarded-for'] ?? '').split(',', 1);
  return forwarded.trim() || (socket.remoteAddress ?? '');
};

export interface ThrottleGate {
  admits(request: IncomingMessage, path: string): boolean;
  reset(): void;
}

/** Adobe's rate limit per device, on REST V2 and client registration. */
export const createThrottleGate = (
  currentPolicy: () => ThrottlePolicy | null,
  clock: Pick<Clock, 'now'>,
): ThrottleGate => {
  const devices = createLru<ThrottleState>(10_000);
  return {
    admits: (request, path) => {
      const policy = currentPolicy();
      if (!policy || !/^\/(?:api\/v2|o\/client)\//.test(path)) return true;
      const device = deviceAddress(request);
      const { admitted, state } = throttle(policy, devices.get(device), clock.now());
      devices.set(device, state);
      return admitted;
    },
    reset: devices.clear,
  };
};
