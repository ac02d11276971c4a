import type { KnownAnswers } from '#src/known-answers/known-answers';
import type { Operation } from '#src/rest-v2/operation';
import type { OperationFlow } from './call-operation.ts';

interface Deps {
  readonly operation: Operation;
  /** The operation as Adobe has it. */
  readonly readConfiguration: OperationFlow;
  readonly knownAnswers: Pick<KnownAnswers, 'readConfiguration'>;
}

/** The configuration of a service provider, as known for devices of this platform or as Adobe answers now. */
export const createReadConfiguration =
  ({ operation, readConfiguration, knownAnswers }: Deps): OperationFlow =>
  (request) => {
    const { caller, device, serviceProvider, input, isFresh = false, signal } = request;
    return knownAnswers.readConfiguration({
      operation,
      environment: caller.app.environment,
      serviceProvider,
      device,
      input,
      fresh: isFresh,
      signal,
      run: (shared) => readConfiguration({ ...request, signal: shared }),
    });
  };
