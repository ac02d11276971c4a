import type { ZodType, z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { KinpassError } from '#src/lib/errors';
import { dcrError } from '#src/rest-v2/answers';
import type { Endpoint } from '#src/rest-v2/operation';
import { jsonOf, misread, refuseThrottled } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { headersOf } from './headers.ts';
import { urlOf } from './path.ts';
import type { Device } from './types.ts';

export interface DcrQuestion<Shape extends ZodType> {
  readonly operation: Endpoint;
  readonly device: Device;
  readonly body: string;
  /** Of a success. */
  readonly shape: Shape;
  /** What a refusal in the words of RFC 6749 means. */
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
 * Asks one question of dynamic client registration; never twice, since a lost success has had its effect.
 * Errors: the refusal, gateway_throttled, gateway_adobe_unreachable, gateway_adobe_answer_invalid.
 */
export const createAskDcr =
  ({ exchange, clock, settings }: Deps) =>
  async <Shape extends ZodType>(question: DcrQuestion<Shape>): Promise<z.output<Shape>> => {
    const { operation, device, body, shape, refusal, signal } = question;
    const response = await exchange({
      operation,
      url: urlOf(settings.origin, operation.path),
      headers: headersOf(operation, { device }, settings),
      body,
      address: device.address,
      attempt: 1,
      deadline: clock.now() + settings.timeout,
      signal,
    });
    refuseThrottled(response);
    const { status } = response;
    const said = jsonOf(response.body);
    const success = shape.safeParse(said);
    if (status >= 200 && status < 300 && success.success) return success.data;
    const error = dcrError.safeParse(said);
    if (status >= 400 && status < 500 && error.success) throw refusal(error.data.error);
    throw misread(status);
  };

export type AskDcr = ReturnType<typeof createAskDcr>;
