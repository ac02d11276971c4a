import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer, Call } from '#src/adobe-pass/types';
import type { Operation } from '#src/rest-v2/operation';
import type { RestRequest } from './caller.ts';

export type OperationFlow = (request: RestRequest) => Promise<Answer>;

type CallAs = (request: RestRequest, run: (call: Call) => Promise<Answer>) => Promise<Answer>;

interface Deps {
  readonly callAs: Readonly<Record<Operation['caller'], CallAs>>;
  readonly callAdobe: CallAdobe;
}

/** The flow of an operation that is forwarded and nothing else: the row says whose credentials the call uses. */
export const createCallOperation =
  ({ callAs, callAdobe }: Deps) =>
  (operation: Operation): OperationFlow =>
  (request) =>
    callAs[operation.caller](request, (call) => callAdobe(operation, call, request.input));
