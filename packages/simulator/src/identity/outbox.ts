import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Delivery, SentEvent } from './identity-party.ts';

/** What is to be posted, and how the provider judges the answer. */
export interface Letter {
  readonly kind: string;
  /** Fixture id; null when it is about nobody. */
  readonly user: string | null;
  /** A path is one of the gateway's. */
  readonly to: string;
  readonly contentType: string;
  readonly body: string;
  /** What the body says, before it was signed. */
  readonly claims: JsonObject;
  /** What the provider takes amiss in an answer; undefined when it is content. */
  readonly complaintAbout: (answer: Delivery) => string | undefined;
}

export interface Outbox {
  /** Posts once, waits ten seconds at most and never throws: what went wrong stands in the record. */
  post(letter: Letter): Promise<SentEvent>;
  list(): SentEvent[];
  clear(): void;
}

const kept = 100;
const bodyCap = 64 * 1024;

const failureOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no answer';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
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

/** Where a provider posts from, with a record of the last hundred letters. */
export const createOutbox = ({ clock, gatewayOrigin }: { clock: Clock; gatewayOrigin: string }): Outbox => {
  let sent: SentEvent[] = [];
  return {
    post: async ({ kind, user, to: address, contentType, body, claims, complaintAbout }) => {
      const to = new URL(address, gatewayOrigin).href;
      const about = { at: new Date(clock.now()).toISOString(), kind, user, to, contentType, body, claims };
      const event: SentEvent = await deliver(to, contentType, body).then(
        (answer) => {
          const complaint = complaintAbout(answer);
          return { ...about, answer, accepted: complaint === undefined, ...(complaint && { complaint }) };
        },
        (error: unknown) => ({ ...about, answer: null, accepted: false, complaint: failureOf(error) }),
      );
      sent = [...sent, event].slice(-kept);
      return event;
    },
    list: () => [...sent],
    clear: () => {
      sent = [];
    },
  };
};
