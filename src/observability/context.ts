import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestFacts } from './request-facts.ts';

/** Fields of every log line of one request. */
export interface RequestContext {
  readonly requestId: string;
  instance?: string;
  app?: string;
}

interface Scope {
  readonly context: RequestContext;
  readonly facts: RequestFacts | undefined;
}

const storage = new AsyncLocalStorage<Scope>();

/** Lines that are logged meanwhile have the fields; what is noted meanwhile is among the facts. */
export const runInContext = <T>(context: RequestContext, run: () => T, facts?: RequestFacts): T =>
  storage.run({ context, facts }, run);

/** Names the caller in the log lines that follow. */
export const nameCaller = (caller: { readonly app: string; readonly instance: string }): void => {
  const context = currentContext();
  if (!context) return;
  context.app = caller.app;
  context.instance = caller.instance;
};

export const currentContext = (): RequestContext | undefined => storage.getStore()?.context;

/** Of the request that is being answered; undefined outside of one. */
export const currentFacts = (): RequestFacts | undefined => storage.getStore()?.facts;
