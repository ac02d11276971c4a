import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import type { Endpoint } from '#src/rest-v2/operation';
import { pauseOf } from './answers.ts';
import type { OutgoingHeaders } from './headers.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { Transport, TransportResponse } from './transport.ts';

/** One attempt of one operation, for metrics. */
export interface AdobeCallEvent {
  readonly operation: string;
  /** Adobe's status; the code of the failure when there is none. */
  readonly status: number | string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Milliseconds, without the wait for the rate limiter. */
  readonly ms: number;
}

export interface Message {
  readonly operation: Endpoint;
  /** With its query. */
  readonly path: string;
  readonly headers: OutgoingHeaders;
  readonly body?: string | undefined;
  /** The device's address: the key of the rate limiter. */
  readonly address: string;
  readonly attempt: number;
  /** By the monotonic clock; the wait for the rate limiter counts. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

export type Exchange = (message: Message) => Promise<TransportResponse>;

interface Deps {
  readonly transport: Transport;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  /** Milliseconds that a call may wait for the rate limiter. */
  readonly maxWait: number;
  readonly observe?: ((event: AdobeCallEvent) => void) | undefined;
}

/** Sends one request, once the rate limiter admits it. */
export const createExchange = ({ transport, rateLimiter, clock, maxWait, observe }: Deps): Exchange => {
  const timeLeft = (deadline: number): number => {
    const left = deadline - clock.monotonic();
    if (left > 0) return left;
    throw fail('gateway_adobe_timeout', { detail: 'no time left for the request' });
  };

  return async ({ operation, path, headers, body, address, attempt, deadline, signal }) => {
    await rateLimiter.acquire(address, Math.min(maxWait, timeLeft(deadline)), signal);
    const sentAt = clock.monotonic();
    const timeout = timeLeft(deadline);
    const report = (status: number | string) =>
      observe?.({ operation: operation.name, status, attempt, ms: clock.monotonic() - sentAt });
    try {
      const { method } = operation;
      const response = await transport.send({ method, path, headers, body, timeout, signal });
      if (response.status === 429) await rateLimiter.backOff(address, pauseOf(response) * 1000);
      report(response.status);
      return response;
    } catch (error) {
      report(error instanceof KinpassError ? error.code : 'aborted');
      throw error;
    }
  };
};
