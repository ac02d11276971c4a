import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one request says. */
export interface RequestContext {
  readonly requestId: string;
  instance?: string;
  app?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const runInContext = <T>(context: RequestContext, run: () => T): T => storage.run(context, run);

export const currentContext = (): RequestContext | undefined => storage.getStore();
