import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { DistributedLock } from '#src/stores/expiring-ports';

export type Interaction = InstanceType<Provider['Interaction']>;

/** Decides an interaction and returns where the browser goes next. */
export type DecideOnce = (
  interaction: Interaction,
  decide: (interaction: Interaction) => Promise<InteractionResults>,
) => Promise<string>;

interface Deps {
  readonly provider: Provider;
  readonly lock: DistributedLock;
}

/** Longer than a decision takes. */
const lockLife = 30_000;

/**
 * The first decision counts: a button pressed twice, at once or later, leads where the first press led. A decision that
 * fails leaves the interaction open.
 */
export const createDecideOnce = ({ provider, lock }: Deps): DecideOnce => {
  const find = async (uid: string): Promise<Interaction> => {
    const interaction = await provider.Interaction.find(uid);
    if (!interaction) throw fail('sign_in_expired', { detail: 'the interaction is over' });
    return interaction;
  };
  return ({ uid }, decide) =>
    lock({
      name: compositeKey('interaction', fingerprint(uid)),
      life: lockLife,
      maxWait: lockLife,
      existing: async () => {
        const { result, returnTo } = await find(uid);
        return result && returnTo;
      },
      work: async () => {
        const interaction = await find(uid);
        interaction.result = await decide(interaction);
        await interaction.persist();
        return interaction.returnTo;
      },
      timedOut: () => fail('gateway_unavailable', { detail: 'another node is completing the interaction' }),
    });
};
