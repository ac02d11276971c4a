import type { ZodType, z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { KinpassError } from '#src/lib/errors';
import { dcrError } from '#src/rest-v2/answers';
import type { Endpoint } from '#src/rest-v2/operation';
import { jsonOf, rejectThrottled, unexpectedAnswer } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { createHeadersOf } from './headers.ts';
import { createPathOf } from './path.ts';
import type { Device } from './types.ts';

export interface DcrRequest<Shape extends ZodType> {
  readonly operation: Endpoint;
  readonly device: Device;
  readonly body: string;
  /** Of a success. */
  readonly shape: Shape;
  /** Our error for an RFC 6749 error code. */
  readonly refusal: (error: string) => KinpassError;
  readonly signal?: AbortSignal | undefined;
}

interface Deps {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly settings: {
    readonly origin: string;
    readonly strictHeaderTable: boolean;
    readonly timeout: number;
  };
}

/**
 * One request of dynamic client registration; never repeated, since a success whose response was lost took effect.
 * Errors: that of `refusal`, gateway_throttled, gateway_adobe_unreachable, gateway_adobe_answer_invalid.
 */
export const createCallDcr =
  ({ exchange, clock, settings }: Deps) =>
  async <Shape extends ZodType>(request: DcrRequest<Shape>): Promise<z.output<Shape>> => {
    const { operation, device, body, shape, refusal, signal } = request;
    const response = await exchange({
      operation,
      path: createPathOf(settings.origin, operation.path)(),
      headers: createHeadersOf(operation, settings)({ device }),
      body,
      address: device.address,
      attempt: 1,
      deadline: clock.monotonic() + settings.timeout,
      signal,
    });
    rejectThrottled(response);
    const { status } = response;
    const json = jsonOf(response.body);
    const success = shape.safeParse(json);
    if (status >= 200 && status < 300 && success.success) return success.data;
    const error = dcrError.safeParse(json);
    if (status >= 400 && status < 500 && error.success) throw refusal(error.data.error);
    throw unexpectedAnswer(status);
  };

export type CallDcr = ReturnType<typeof createCallDcr>;
