import { AsyncLocalStorage } from 'node:async_hooks';

/** Fields of every log line of one request. */
export interface RequestContext {
  readonly requestId: string;
  instance?: string;
  app?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const runInContext = <T>(context: RequestContext, run: () => T): T => storage.run(context, run);

/** Names the caller in the log lines that follow. */
export const nameCaller = (caller: { readonly app: string; readonly instance: string }): void => {
  const context = storage.getStore();
  if (!context) return;
  context.app = caller.app;
  context.instance = caller.instance;
};

export const currentContext = (): RequestContext | undefined => storage.getStore();
