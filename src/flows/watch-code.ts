import type { CodeKey, RememberedCode } from '#src/families/codes';
import { fail } from '#src/lib/errors';
import { compositeKey, createSingleFlight } from '#src/lib/single-flight';
import type { ChangeKey } from '#src/stores/change-feed';
import type { AdmitCode } from './admit-code.ts';
import type { OperationFlow } from './call-operation.ts';
import { codeIn } from './caller.ts';
import type { CodePolls } from './code-polls.ts';
import type { FindCode } from './find-code.ts';
import type { HoldAnswer, Watch, WatchRequest } from './hold-answer.ts';
import type { PollCode } from './poll-code.ts';
import type { Waiters } from './waiters.ts';

interface Deps {
  readonly admitCode: AdmitCode;
  readonly findCode: FindCode;
  readonly pollCode: PollCode;
  readonly getProfileByCode: OperationFlow;
  readonly polls: CodePolls;
  readonly waiters: Pick<Waiters, 'generation'>;
  readonly holdAnswer: HoldAnswer;
}

/**
 * Waits for the profile behind a code. Adobe is polled once per code, as the device that created it. Only who sends a
 * TempPass identity, on which the answer depends, polls alone, as does each waiter for a code whose device is not known.
 * Errors: also gateway_code_expired at the end of the code.
 */
export const createWatchCode = (deps: Deps): Watch => {
  const { admitCode, findCode, pollCode, getProfileByCode, polls, waiters, holdAnswer } = deps;
  const lookUps = createSingleFlight<RememberedCode>();

  /** All who ask at once share one look-up, unless something has changed since it began. */
  const findAgain = (key: CodeKey, family: string): Promise<RememberedCode> =>
    lookUps(compositeKey(key.serviceProvider, key.code, family, String(waiters.generation())), () =>
      findCode(key, family),
    );

  const join = (request: WatchRequest, key: CodeKey, code: RememberedCode) => {
    if (!code.device || request.device.headers['ap-temppass-identity'] !== undefined) {
      const ask = (signal: AbortSignal) => getProfileByCode({ ...request, signal });
      return polls.alone({ ask, address: request.device.address });
    }
    const name = compositeKey(code.family, key.serviceProvider, key.code);
    const ask = (signal: AbortSignal) => pollCode(key, code.family, signal);
    return polls.join(name, { ask, address: code.device.address });
  };

  return async (request) => {
    const key = { serviceProvider: request.serviceProvider, code: codeIn(request) };
    const code = await admitCode(request);
    return holdAnswer(request, {
      join: () => join(request, key, code),
      keys: keysOfCode(code),
      check: ({ family }) => findAgain(key, family.id),
      end:
        code.notAfter === undefined
          ? undefined
          : { at: code.notAfter, error: () => fail('gateway_code_expired', { field: 'code' }) },
    });
  };
};

const keysOfCode = ({ instance, viewer }: RememberedCode): ChangeKey[] => [
  { kind: 'instance', id: instance },
  ...(viewer === undefined ? [] : [{ kind: 'account', id: viewer } as const]),
];
