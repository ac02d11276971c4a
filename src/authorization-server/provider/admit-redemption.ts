import Provider, { errors } from 'oidc-provider';
import type { Clock } from '#src/lib/clock';
import type { Artifact, ExchangeStore, StoredArtifact } from '#src/stores/expiring-ports';
import type { Log } from '../deps.ts';
import { factsOf } from '../request-facts.ts';
import type { AdmitPoll } from './device-poll.ts';
import { isPoll, isRedemption, judgeSpent, type RedemptionContext } from './redemption-policy.ts';

interface Deps {
  readonly exchanges: Pick<ExchangeStore, 'findRedeemed' | 'used'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
  readonly admitPoll: AdmitPoll;
  endSignIn(grant: string): Promise<void>;
}

/** What oidc-provider looks up, consumes and issues in the current request, seen as the redemption of one artifact. */
export interface Redemptions {
  /** An artifact was found by id. Rejects with slow_down. */
  admit(model: string, id: string, stored: StoredArtifact): Promise<void>;
  /** An artifact was not found: rejects with invalid_grant if it has been redeemed; reuse ends its sign-in. */
  refuseSpent(model: string, id: string): Promise<void>;
  /** True if the unit of work of this request consumes the artifact. */
  consume(model: string, id: string): boolean;
  /** True if the unit of work of this request stores the artifact. */
  collect(artifact: Artifact): boolean;
}

/** The tokens that a unit of work issues. */
const issuedModels = new Set(['AccessToken', 'RefreshToken']);

/** The requests that bring a spent artifact back. */
const bringsBack = (model: string, context: RedemptionContext): boolean =>
  isRedemption(model, context) || (context.route === 'revocation' && model === 'RefreshToken');

export const createRedemptions = (deps: Deps): Redemptions => {
  const { exchanges, clock, log, admitPoll, endSignIn } = deps;
  return {
    admit: async (model, id, stored) => {
      if (model === 'AccessToken' && stored.answerKept) await exchanges.used(model, id);
      const current = currentRequest();
      if (!current || !isRedemption(model, current)) return;
      const { payload } = stored;
      if (isPoll(model, payload, { ...current, now: clock.now() }) && !(await admitPoll(id)))
        throw new errors.SlowDown();
      current.facts.unitOfWork = { redeemed: { model, id }, payload, consumed: false, issued: [] };
    },
    refuseSpent: async (model, id) => {
      const current = currentRequest();
      if (!current || !bringsBack(model, current)) return;
      const now = clock.now();
      const spent = await exchanges.findRedeemed(model, id, now);
      if (!spent) return;
      const { facts } = current;
      const verdict = judgeSpent(spent, { ...current, receivedAt: facts.receivedAt ?? now });
      if (verdict === 'unknown') return;
      if (verdict === 'reused')
        log.warn({ clientId: spent.client, model }, 'a spent token came back: its sign-in ends');
      if (verdict === 'reused' || verdict === 'revoked') await endSignIn(spent.grant);
      if (verdict === 'revoked') return;
      if (spent.answer) facts.keptAnswer = { grant: spent.grant, answer: spent.answer };
      throw new errors.InvalidGrant(`${model} has been used`);
    },
    consume: (model, id) => {
      const unit = currentRequest()?.facts.unitOfWork;
      if (!unit || unit.redeemed.model !== model || unit.redeemed.id !== id) return false;
      unit.consumed = true;
      return true;
    },
    collect: (artifact) => {
      const unit = currentRequest()?.facts.unitOfWork;
      if (!unit?.consumed || !issuedModels.has(artifact.model)) return false;
      unit.issued.push(artifact);
      return true;
    },
  };
};

/** The request that oidc-provider is answering. */
const currentRequest = () => {
  const { ctx } = Provider;
  if (!ctx) return undefined;
  const { route, client } = ctx.oidc;
  return { route, clientId: client?.clientId, facts: factsOf(ctx) };
};
