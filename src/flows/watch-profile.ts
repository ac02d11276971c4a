import type { OperationFlow } from './call-operation.ts';
import type { CodePolls } from './code-polls.ts';
import type { HoldAnswer, Watch } from './hold-answer.ts';

interface Deps {
  /** Asks Adobe, past any cache. */
  readonly getProfile: OperationFlow;
  readonly polls: Pick<CodePolls, 'alone'>;
  readonly holdAnswer: HoldAnswer;
}

/** Milliseconds: what Adobe's cookbooks ask for between two polls without a code. */
const interval = 15_000;

/**
 * Waits for the profile of one MVPD, as an app does that has no code: another device logs in. Everyone polls for themselves,
 * since the answer depends on who asks.
 */
export const createWatchProfile =
  ({ getProfile, polls, holdAnswer }: Deps): Watch =>
  (request) =>
    holdAnswer(request, {
      join: () =>
        polls.alone({
          ask: (signal) => getProfile({ ...request, signal }),
          address: request.device.address,
          interval,
        }),
      keys: [],
      check: async () => undefined,
    });
