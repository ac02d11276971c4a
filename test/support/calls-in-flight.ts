import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { z } from 'zod';

const sent = z.object({ request: z.looseObject({ origin: z.string() }) });

/** Calls that undici makes to an origin in this process: from before they are written until they have been answered. */
export const callsInFlight = (origin: string) => {
  const requests = new Set<unknown>();
  const requestIn = (message: unknown): unknown =>
    typeof message === 'object' && message !== null && 'request' in message ? message.request : undefined;
  const began = (message: unknown): void => {
    if (sent.safeParse(message).data?.request.origin === origin) requests.add(requestIn(message));
  };
  const ended = (message: unknown): void => {
    requests.delete(requestIn(message));
  };
  subscribe('undici:request:create', began);
  for (const channel of ['undici:request:trailers', 'undici:request:error']) subscribe(channel, ended);
  return {
    get count(): number {
      return requests.size;
    },
    [Symbol.dispose]: (): void => {
      unsubscribe('undici:request:create', began);
      for (const channel of ['undici:request:trailers', 'undici:request:error']) unsubscribe(channel, ended);
    },
  };
};
