import type { ZodType, z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail, type KinpassError } from '#src/lib/errors';
import { dcrError } from '#src/rest-v2/answers';
import { readDescription } from '#src/rest-v2/device-info';
import type { Endpoint } from '#src/rest-v2/operation';
import { jsonOf, rejectThrottled, unexpectedAnswer } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { createHeadersOf } from './headers.ts';
import { createPathOf } from './path.ts';
import { backoff, mayRepeat } from './retry.ts';
import type { RetryBudget } from './retry-budget.ts';
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
  readonly budget: Pick<RetryBudget, 'tryWithdraw'>;
  readonly clock: Clock;
  readonly settings: {
    readonly origin: string;
    readonly strictHeaderTable: boolean;
    readonly timeout: number;
  };
}

/**
 * One request of dynamic client registration; repeated, once, only if it never left: a success whose response was lost took effect.
 * Errors: that of `refusal`, invalid_header_device_info, gateway_throttled, gateway_adobe_refused, gateway_adobe_unreachable,
 * gateway_adobe_answer_invalid.
 */
export const createCallDcr =
  ({ exchange, budget, clock, settings }: Deps) =>
  async <Shape extends ZodType>(request: DcrRequest<Shape>): Promise<z.output<Shape>> => {
    const { operation, device, body, shape, refusal, signal } = request;
    const message = {
      operation,
      path: createPathOf(settings.origin, operation.path)(),
      headers: createHeadersOf(operation, settings)({ device }),
      body,
      address: device.address,
      attempt: 1,
      deadline: clock.monotonic() + settings.timeout,
      signal,
    };
    const response = await exchange(message).catch(async (error: unknown) => {
      const pause = mayRepeat({}, { error }, 0) ? backoff(0) : undefined;
      if (pause === undefined || !budget.tryWithdraw(device.address)) throw error;
      await clock.wait(pause, signal);
      return exchange({ ...message, attempt: 2 });
    });
    rejectThrottled(response);
    const { status } = response;
    const json = jsonOf(response.body);
    const success = shape.safeParse(json);
    if (status >= 200 && status < 300 && success.success) return success.data;
    const error = dcrError.safeParse(json);
    if (status >= 400 && status < 500 && error.success)
      throw isForDevice(error.data.error, device) ? deviceInfoRefused() : refusal(error.data.error);
    throw unexpectedAnswer(response);
  };

/** The rest of the request is the gateway's own: what Adobe cannot read is the description that the app sent. */
const isForDevice = (error: string, { info }: Device): boolean =>
  error === 'invalid_request' && (info === undefined || !readDescription(info));

const deviceInfoRefused = (): KinpassError =>
  fail('invalid_header_device_info', {
    field: 'X-Device-Info',
    hint: 'send the Base64 of a JSON object: Adobe Pass registers no device without it',
  });

export type CallDcr = ReturnType<typeof createCallDcr>;
