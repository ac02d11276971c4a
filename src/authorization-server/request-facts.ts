import type { IncomingMessage } from 'node:http';
import type { DeviceFacts } from './pages/device-facts.ts';

/** What middleware and oidc-provider's callbacks tell each other about one request. */
export interface RequestFacts {
  /** The device that asks for a code. */
  device?: DeviceFacts;
  /** The token request repeats one that was just answered. */
  redemptionRepeated?: boolean;
}

const facts = new WeakMap<IncomingMessage, RequestFacts>();

/** The facts of this request. oidc-provider runs in a Koa context of its own, so they hang on Node's request. */
export const factsOf = ({ req }: { readonly req: IncomingMessage }): RequestFacts => {
  const known = facts.get(req) ?? {};
  facts.set(req, known);
  return known;
};
