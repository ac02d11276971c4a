import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range from which Linux takes the ports of outgoing connections and of `listen(0)` (32768 and up): such a port
// may be taken by another connection before the program that it is meant for listens on it.
const [first, last] = [15_000, 30_000];

/** A port for a program of its own, on which nobody listens now. */
export const freePort = async (): Promise<number> => {
  const port = randomInt(first, last);
  const server = createServer().listen(port, '0.0.0.0');
  try {
    await once(server, 'listening');
  } catch {
    return freePort();
  }
  server.close();
  await once(server, 'close');
  return port;
};
