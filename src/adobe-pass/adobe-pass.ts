/**
 * The client of Adobe Pass: REST API V2 and dynamic client registration. This folder owns what is sent (the rows of
 * rest-v2), how often (rate limit, repeats), access tokens, and the checks on answers. It must not know viewers,
 * families or caches: a call brings its credentials, device and service token. It refuses policy about them.
 */
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { AllowanceStore } from '#src/soft-state/ports';
import type { DistributedLock, RecordStore } from '#src/stores/expiring-ports';
import { type AccessTokens, createAccessTokens } from './access-token.ts';
import { type Breaker, createBreaker, type Turn } from './breaker.ts';
import { type CallAdobe, createClient } from './client.ts';
import { createCallDcr } from './dcr.ts';
import { type AdobeCallEvent, createExchange } from './exchange.ts';
import { createPreauthorizeInParts, type PreauthorizeInParts } from './preauthorize-in-parts.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createRegister, type Registration } from './registration.ts';
import { createRepeatDecisions } from './repeat-decisions.ts';
import { createResourceLimits } from './resource-limits.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createTokenRequest } from './token-request.ts';
import { createTransport, type Transport } from './transport.ts';
import type { ClientCredentials } from './types.ts';

/**
 * Every call may fail with gateway_throttled, gateway_address_busy, gateway_adobe_unreachable, gateway_adobe_timeout,
 * gateway_adobe_refused, gateway_adobe_answer_invalid, gateway_adobe_client_invalid, gateway_adobe_token_refused,
 * gateway_parameter_invalid or gateway_header_…; an aborted one rejects with its signal's reason.
 */
export interface AdobePass {
  /** Errors: also gateway_adobe_registration_refused, gateway_adobe_redirect_uri_refused. */
  register(registration: Registration): Promise<ClientCredentials>;
  /** The access token that `call` would send. */
  readonly accessToken: AccessTokens['of'];
  /** Any operation of the table; what the row does not list is not sent. */
  readonly call: CallAdobe;
  readonly preauthorizeInParts: PreauthorizeInParts;
  /** How many circuit breakers are open, one for each operation and MVPD at which Adobe fails. */
  readonly openBreakers: Breaker['open'];
  close(): void;
}

interface Deps {
  readonly settings: Omit<Config['adobe'], 'environments'>;
  readonly records: Pick<RecordStore, 'get' | 'put' | 'putFenced'>;
  readonly lock: DistributedLock;
  /** How many calls went out for each device. */
  readonly allowances: AllowanceStore;
  readonly clock: Clock;
  /** Access tokens that are kept in memory. */
  readonly maxTokens: number;
  readonly transport?: Transport;
  /** Called for every attempt; must not throw. */
  readonly observe?: (event: AdobeCallEvent) => void;
  /** Called when a circuit breaker opens and when it closes. */
  readonly breakerTurned?: (turn: Turn) => void;
  /** Called for each repeat that is given up, since the retry budget is exhausted. */
  readonly budgetExhausted?: () => void;
}

export const createAdobePass = (deps: Deps): AdobePass => {
  const { settings, records, lock, allowances, clock, maxTokens, observe } = deps;
  const { origin, timeout, throttle, connectTimeout } = settings;
  const transport = deps.transport ?? createTransport({ origin, connectTimeout, clock });
  const rateLimiter = createRateLimiter({ allowances, limits: throttle, clock });
  const breaker = createBreaker({ clock, turned: deps.breakerTurned });
  const exchange = createExchange({
    transport,
    rateLimiter,
    breaker,
    clock,
    maxWait: throttle.longestWait,
    observe,
  });
  const budget = createRetryBudget(deps.budgetExhausted);
  const callDcr = createCallDcr({ exchange, budget, clock, settings });
  const request = createTokenRequest(callDcr);
  const accessTokens = createAccessTokens({ request, records, lock, clock, timeout, maxKept: maxTokens });
  const callAdobe = createClient({ exchange, accessTokens, budget, clock, settings });
  const repeatDecisions = createRepeatDecisions({ callAdobe, clock, timeout });
  return {
    register: createRegister(callDcr),
    accessToken: accessTokens.of,
    call: (operation, call, input) =>
      (operation.repeatable === 'resources' ? repeatDecisions : callAdobe)(operation, call, input),
    preauthorizeInParts: createPreauthorizeInParts({
      callAdobe: repeatDecisions,
      limits: createResourceLimits({ records, clock }),
      clock,
      timeout,
    }),
    openBreakers: breaker.open,
    close: () => transport.close(),
  };
};
