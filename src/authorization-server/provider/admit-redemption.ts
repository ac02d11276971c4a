import Provider, { errors } from 'oidc-provider';
import type { Clock } from '#src/lib/clock';
import type { StoredArtifact } from '#src/stores/expiring-ports';
import { factsOf } from '../request-facts.ts';
import { judgeRedemption } from './redemption-policy.ts';

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  /** Rejects with slow_down when a device polls too often. */
  countPoll(deviceCode: string): Promise<void>;
}

/** Applies the redemption policy to what the current request looks up. Rejects with invalid_grant or slow_down. */
export const createAdmitRedemption =
  ({ clock, countPoll }: Deps) =>
  async (model: string, id: string, stored: StoredArtifact): Promise<void> => {
    const { ctx } = Provider;
    if (!ctx) return;
    const { route, client } = ctx.oidc;
    const verdict = judgeRedemption(model, stored, { route, clientId: client?.clientId, now: clock.now() });
    if (verdict === 'poll') await countPoll(id);
    if (verdict === 'repeated') {
      factsOf(ctx).redemptionRepeated = true;
      throw new errors.InvalidGrant(`${model} has just been used`);
    }
  };
