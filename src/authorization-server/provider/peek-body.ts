import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** Bytes; a body above this is not looked at. */
const max = 1024;

/**
 * A short body of a request, which stays there for whoever reads it next. Undefined where it is longer, of unknown length,
 * arrives in pieces, or not at all.
 */
export const peekBody = async (req: IncomingMessage): Promise<string | undefined> => {
  const length = Number(req.headers['content-length']);
  if (!(length > 0 && length <= max)) return undefined;
  if (req.readableLength === 0) await once(req, 'readable').catch(() => undefined);
  const found: unknown = req.read();
  if (!Buffer.isBuffer(found)) return undefined;
  req.unshift(found); // in the same tick: what was read to its end would end the stream in the next
  return found.length === length ? found.toString('utf8') : undefined;
};
