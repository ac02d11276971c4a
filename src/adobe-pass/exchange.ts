import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import type { Endpoint } from '#src/rest-v2/operation';
import { pauseOf } from './answers.ts';
import type { Breaker } from './breaker.ts';
import { rankOf } from './fair-order.ts';
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
  /** That the call is about. */
  readonly mvpd?: string | undefined;
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
  readonly breaker: Breaker;
  readonly clock: Clock;
  /** Milliseconds that a call may wait for the rate limiter. */
  readonly maxWait: number;
  readonly observe?: ((event: AdobeCallEvent) => void) | undefined;
}

/** Sends one request, once breaker and rate limiter admit it. */
export const createExchange = (deps: Deps): Exchange => {
  const { transport, rateLimiter, breaker, clock, maxWait, observe } = deps;
  const timeLeft = (deadline: number): number => {
    const left = deadline - clock.monotonic();
    if (left > 0) return left;
    throw fail('gateway_adobe_timeout', { detail: 'no time left for the request' });
  };

  return async ({ operation, path, headers, body, mvpd, address, attempt, deadline, signal }) => {
    const admitted = { operation: operation.name, mvpd, address };
    breaker.admit(admitted);
    await rateLimiter.acquire({
      address,
      rank: rankOf(operation.name),
      device: headers['ap-device-identifier'] ?? headers['x-device-info'] ?? '',
      maxWait: Math.min(maxWait, timeLeft(deadline)),
      signal,
    });
    const sentAt = clock.monotonic();
    const timeout = timeLeft(deadline);
    const report = (status: number | string) =>
      observe?.({ operation: operation.name, status, attempt, ms: clock.monotonic() - sentAt });
    try {
      const { method } = operation;
      const response = await transport.send({ method, path, headers, body, timeout, signal });
      breaker.ended(admitted, response);
      if (response.status === 429) await rateLimiter.backOff(address, pauseOf(response) * 1000);
      report(response.status);
      return response;
    } catch (error) {
      breaker.ended(admitted, { error });
      report(error instanceof KinpassError ? error.code : 'aborted');
      throw error;
    }
  };
};
