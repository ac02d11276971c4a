import type { IncomingMessage } from 'node:http';
import type { KinpassError } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { Artifact, ArtifactKey } from '#src/stores/expiring-ports';
import type { StoredIssue } from '#src/stores/ports';
import type { Brand } from '#src/web/brand';
import type { DeviceFacts } from './device/device-facts.ts';
import type { StreamingDevice } from './device/streaming-device.ts';

/** What a token request has decided so far; stored with its answer, or not at all. */
export interface UnitOfWork {
  /** The one-time artifact that the request brought. */
  readonly redeemed: { readonly model: string; readonly id: string };
  readonly payload: JsonObject;
  /** oidc-provider has accepted it: from now on, what is issued belongs to the unit. */
  consumed: boolean;
  readonly issued: Artifact[];
}

/** An answer of the token endpoint that was given before, and the sign-in that it belongs to. */
export interface KeptAnswer {
  readonly grant: string;
  readonly answer: JsonObject;
}

/** What middleware and oidc-provider's callbacks tell each other about one request. */
export interface RequestFacts {
  /** The languages that the app asks for, as `ui_locales` of its request. */
  uiLocales?: string;
  /** The brand of the app or family that the request turned out to be about, for its page. */
  brand?: Brand;
  /** The device that asks for a code. */
  device?: DeviceFacts;
  /** The same as Adobe is to see it, where it identifies itself. */
  streaming?: StreamingDevice | undefined;
  /** When the token request came in, epoch milliseconds. */
  receivedAt?: number;
  /** The code or token in the request. */
  issue?: ArtifactKey & { readonly found: StoredIssue | undefined };
  unitOfWork?: UnitOfWork;
  /** The artifact was redeemed before, and nothing that came of it was used: the answer that was given then. */
  keptAnswer?: KeptAnswer;
  /** Our own error inside oidc-provider, which cannot express it. */
  failure?: KinpassError;
}

const facts = new WeakMap<IncomingMessage, RequestFacts>();

/** The facts of this request. oidc-provider runs in a Koa context of its own, so they hang on Node's request. */
export const factsOf = ({ req }: { readonly req: IncomingMessage }): RequestFacts => {
  const known = facts.get(req) ?? {};
  facts.set(req, known);
  return known;
};

/** Pages of this request are in the languages that the app asks for (OpenID Connect Core §3.1.2.1). */
export const noteUiLocales = (
  ctx: { readonly req: IncomingMessage },
  params: Readonly<Record<string, unknown>> | undefined,
): void => {
  const uiLocales = params?.['ui_locales'];
  if (typeof uiLocales === 'string') factsOf(ctx).uiLocales = uiLocales;
};
