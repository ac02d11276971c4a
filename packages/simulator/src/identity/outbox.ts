import type { Clock } from '#src/lib/clock';
import { errnoOf } from '#src/lib/errno';
import type { JsonObject } from '#src/lib/json';
import type { Delivery, SentEvent } from './identity-party.ts';

/** A message to deliver, and how the provider checks the response. */
export interface OutgoingMessage {
  readonly kind: string;
  /** Fixture id; null if it is not about a user. */
  readonly user: string | null;
  /** An absolute URL, or a path at the gateway. */
  readonly to: string;
  readonly contentType: string;
  readonly body: string;
  /** The content of the body before signing. */
  readonly claims: JsonObject;
  /** Why the provider rejects the response; undefined if it accepts it. */
  readonly rejectionOf: (answer: Delivery) => string | undefined;
}

export interface Outbox {
  /** Posts once with a timeout of ten seconds. Never throws: failures are in the result. */
  post(message: OutgoingMessage): Promise<SentEvent>;
  list(): SentEvent[];
  clear(): void;
}

const maxEntries = 100;
const bodyCap = 64 * 1024;

const failureOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no response';
  return errnoOf(error.cause) ?? error.message;
};

const deliver = async (to: string, contentType: string, body: string): Promise<Delivery> => {
  const answer = await fetch(to, {
    method: 'POST',
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    headers: { 'content-type': contentType, accept: 'application/json', 'user-agent': '' },
  });
  const text = (await answer.text()).slice(0, bodyCap);
  return { status: answer.status, contentType: answer.headers.get('content-type'), body: text };
};

/** Delivers a provider's events and keeps the last hundred. */
export const createOutbox = ({ clock, gatewayOrigin }: { clock: Clock; gatewayOrigin: string }): Outbox => {
  let sent: SentEvent[] = [];
  return {
    post: async ({ kind, user, to: address, contentType, body, claims, rejectionOf }) => {
      const to = new URL(address, gatewayOrigin).href;
      const about = { at: new Date(clock.now()).toISOString(), kind, user, to, contentType, body, claims };
      const event: SentEvent = await deliver(to, contentType, body).then(
        (answer) => {
          const complaint = rejectionOf(answer);
          return { ...about, answer, accepted: complaint === undefined, ...(complaint && { complaint }) };
        },
        (error: unknown) => ({ ...about, answer: null, accepted: false, complaint: failureOf(error) }),
      );
      sent = [...sent, event].slice(-maxEntries);
      return event;
    },
    list: () => [...sent],
    clear: () => {
      sent = [];
    },
  };
};
