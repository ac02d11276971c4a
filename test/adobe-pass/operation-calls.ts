import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer, Call } from '#src/adobe-pass/types';
import { operations } from '#src/rest-v2/operations';

/** A call with what an operation takes, in one object. */
export type OperationCall = Call & {
  readonly mvpd?: string;
  readonly code?: string;
  readonly partner?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly resources?: readonly string[];
  readonly redirectUrl?: string;
};

export type OperationCalls = Record<keyof typeof operations, (call: OperationCall) => Promise<Answer>>;

/** One method for each operation of the table, for tests that call several. */
export const operationCalls = (pass: AdobePass): OperationCalls => {
  const calls = Object.entries(operations).map(([name, operation]) => [
    name,
    ({ mvpd, code, partner, form, resources, redirectUrl, ...call }: OperationCall) =>
      pass.call(operation, call, {
        parameters: {
          ...(mvpd !== undefined && { mvpd }),
          ...(code !== undefined && { code }),
          ...(partner !== undefined && { partner }),
        },
        query: { redirectUrl },
        body: form ?? { resources },
      }),
  ]);
  return Object.fromEntries(calls) as OperationCalls;
};
