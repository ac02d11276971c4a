import type { IncomingMessage } from 'node:http';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import { type ThrottlePolicy, type ThrottleState, throttle } from '#src/throttle';

const senderAddress = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';

/** A device's address: the first X-Forwarded-For, otherwise the socket's. */
export const deviceAddress = (request: IncomingMessage): string => {
  const [forwarded = ''] = String(request.headers['x-forwarded-for'] ?? '').split(',', 1);
  return forwarded.trim() || senderAddress(request);
};

interface Deps {
  currentPolicy(): ThrottlePolicy | null;
  /** Whether X-Forwarded-For counts at client registration too. */
  forwardsRegistrations(): boolean;
  readonly clock: Pick<Clock, 'now'>;
}

export interface ThrottleGate {
  admits(request: IncomingMessage, path: string): boolean;
  reset(): void;
}

/** Adobe's rate limit per device, on REST V2 and client registration. */
export const createThrottleGate = ({ currentPolicy, forwardsRegistrations, clock }: Deps): ThrottleGate => {
  const devices = createLru<ThrottleState>(10_000);
  return {
    admits: (request, path) => {
      const policy = currentPolicy();
      if (!policy || !/^\/(?:api\/v2|o\/client)\//.test(path)) return true;
      const isSender = path.startsWith('/o/client/') && !forwardsRegistrations();
      const device = isSender ? senderAddress(request) : deviceAddress(request);
      const { admitted, state } = throttle(policy, devices.get(device), clock.now());
      devices.set(device, state);
      return admitted;
    },
    reset: devices.clear,
  };
};
