import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields of every log line of one request. */
export interface RequestContext {
  readonly requestId: string;
  instance?: string;
  app?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const runInContext = <T>(context: RequestContext, run: () => T): T => storage.run(context, run);

export const currentContext = (): RequestContext | undefined => storage.getStore();
