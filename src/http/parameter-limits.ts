import type { IncomingMessage } from 'node:http';
import { fail } from '#src/lib/errors';
import type { Context, Middleware } from './context.ts';

const maxParameters = 64;
const maxQueryLength = 8 * 1024;
const maxFormLength = 64 * 1024;
/** Their parsers sort what they find. */
const negotiation = ['accept', 'accept-charset', 'accept-encoding', 'accept-language'] as const;
const maxNegotiationLength = 2 * 1024;

/**
 * Bounds the parameters of queries and forms before anything parses them: parsers of other packages take time that
 * grows with the square of their number.
 * Errors: gateway_parameter_invalid, gateway_body_too_large.
 */
export const createParameterLimits = (): Middleware => (ctx, next) => {
  checkNegotiation(ctx.req);
  checkQuery(ctx.req.url ?? '');
  return ctx.is('application/x-www-form-urlencoded') ? checkForm(ctx).then(next) : next();
};

export const overlongNegotiation = ({ headers }: IncomingMessage): string | undefined =>
  negotiation.find((name) => (headers[name]?.length ?? 0) > maxNegotiationLength);

const checkNegotiation = (request: IncomingMessage): void => {
  const field = overlongNegotiation(request);
  if (field === undefined) return;
  // The error's own page would parse it.
  delete request.headers[field];
  throw fail('gateway_parameter_invalid', { field, hint: `send at most ${maxNegotiationLength} characters` });
};

const checkQuery = (url: string): void => {
  const start = url.indexOf('?');
  if (start === -1) return;
  const query = url.slice(start + 1);
  if (query.length > maxQueryLength) {
    throw fail('gateway_parameter_invalid', {
      field: 'query',
      hint: `send at most ${maxQueryLength} characters`,
    });
  }
  checkNumber('query', query);
};

const checkNumber = (field: string, text: string): void => {
  let count = 1;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    count += 1;
    if (count > maxParameters)
      throw fail('gateway_parameter_invalid', { field, hint: `send at most ${maxParameters} parameters` });
  }
};

/** Reads the form and puts it back, for the route that takes it. */
const checkForm = async (ctx: Context): Promise<void> => {
  const tooLarge = () => fail('gateway_body_too_large', { hint: `send at most ${maxFormLength} bytes` });
  if ((ctx.request.length ?? 0) > maxFormLength) throw tooLarge();
  if (ctx.request.length === 0) return;
  const form = await peek(ctx.req, maxFormLength);
  if (form === undefined) throw tooLarge();
  checkNumber('form', form.toString('latin1'));
};

/** The whole body, which stays unread; undefined if it is longer than `limit`. */
const peek = (body: IncomingMessage, limit: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (end: () => void) => {
      body.off('readable', read).off('error', broken).off('close', closed);
      end();
    };
    const broken = (cause?: unknown) =>
      settle(() =>
        reject(fail('gateway_parameter_invalid', { field: 'body', hint: 'send the whole body', cause })),
      );
    const closed = () => broken();
    const read = () => {
      // An empty read would end the stream.
      while (body.readableLength > 0) {
        const chunk: Buffer = body.read();
        chunks.push(chunk);
        length += chunk.length;
        if (length > limit) return settle(() => resolve(undefined));
      }
      if (!body.complete) return;
      const whole = Buffer.concat(chunks, length);
      settle(() => {
        if (length > 0) body.unshift(whole);
        resolve(whole);
      });
    };
    body.on('readable', read).on('error', broken).on('close', closed);
  });
