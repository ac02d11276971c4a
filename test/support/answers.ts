import type { RecordedRequest } from '@kinpass/simulator';
import type { ApiAnswer } from '@kinpass/simulator/client';

/** `{ Cablevision: 'regular' }`: the profiles of an answer by their type. */
export const profileTypes = ({ body }: ApiAnswer): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries((body['profiles'] ?? {}) as Record<string, { type?: unknown }>).map(([mvpd, profile]) => [
      mvpd,
      profile.type,
    ]),
  );

interface Decision {
  readonly resource: string;
  readonly authorized: boolean;
  readonly error?: { readonly code: string; readonly details?: string };
  readonly token?: { readonly serializedToken: string };
}

export const decisionsOf = ({ body }: ApiAnswer): Decision[] =>
  (body['decisions'] ?? []) as unknown as Decision[];

/** `{ REF30: true, sports: 'preauthorization_denied_by_mvpd' }`. */
export const verdicts = (answer: ApiAnswer): Record<string, true | string | undefined> =>
  Object.fromEntries(
    decisionsOf(answer).map(({ resource, authorized, error }) => [resource, authorized || error?.code]),
  );

export const reachedAdobe = (requests: readonly RecordedRequest[]): RecordedRequest[] =>
  requests.filter(({ party }) => party === 'adobe');

/** An answer without what differs between any two: date, request id, trace. */
export const comparable = ({ status, body, headers }: ApiAnswer): object => {
  const { trace: _, ...rest } = body;
  const { date: __, 'x-request-id': ___, ...others } = headers;
  return { status, body: rest, headers: others };
};
