import type { Answer } from '#src/adobe-pass/types';
import type { PickerSettings } from '#src/config/schema/picker';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import { mvpdsIn, withMvpds } from '#src/rest-v2/mvpds';
import type { Operation } from '#src/rest-v2/operation';
import type { OperationFlow } from './call-operation.ts';
import { placeOf } from './list-providers.ts';
import { applyPickerRules } from './picker-rules.ts';

interface Deps {
  readonly operation: Operation;
  /** The operation as Adobe has it. */
  readonly readConfiguration: OperationFlow;
  readonly knownAnswers: Pick<KnownAnswers, 'readConfiguration'>;
  readonly picker: PickerSettings;
}

/**
 * The configuration of a service provider, as known for devices of this platform or as Adobe answers now: its bytes, unless the
 * settings say that the picker's rules apply to what the app reads as well.
 */
export const createReadConfiguration =
  ({ operation, readConfiguration, knownAnswers, picker }: Deps): OperationFlow =>
  async (request) => {
    const { caller, device, serviceProvider, input, isFresh = false, signal } = request;
    const { app } = caller;
    const answer = await knownAnswers.readConfiguration({
      operation,
      environment: app.environment,
      serviceProvider,
      device,
      input,
      fresh: isFresh,
      signal,
      run: (shared) => readConfiguration({ ...request, signal: shared }),
    });
    if (!app.filterConfiguration || answer.status !== 200) return answer;
    const place = placeOf({ app, serviceProvider, device });
    return filtered(answer, applyPickerRules(mvpdsIn(answer.body), picker, place));
  };

const filtered = ({ status, body }: Answer, shown: Parameters<typeof withMvpds>[1]): Answer => ({
  status,
  body: withMvpds(body, shown),
});
