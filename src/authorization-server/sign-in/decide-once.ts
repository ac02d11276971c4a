import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import type { Opening } from '#src/flows/open-instance';
import { fail } from '#src/lib/errors';
import type { Deps as ServerDeps } from '../deps.ts';
import type { PageArtifacts } from '../provider/page-artifacts.ts';

export type Interaction = InstanceType<Provider['Interaction']>;

export interface Decision {
  readonly result: InteractionResults;
  /** The sign-in that begins with it. */
  readonly opening?: Omit<Opening, 'changes'>;
}

/** Decides an interaction and returns where the browser goes next. */
export type DecideOnce = (
  interaction: Interaction,
  decide: (interaction: Interaction) => Promise<Decision>,
) => Promise<string>;

interface Deps extends Pick<ServerDeps, 'openInstance'> {
  readonly provider: Provider;
  readonly pages: Pick<PageArtifacts, 'spend' | 'storeSteps' | 'takeSteps' | 'readAgain'>;
}

/**
 * The first decision counts: a button pressed twice, at once or later, leads where the first press led. What a decision
 * stores is stored with it, so that one that fails, or loses against another, leaves nothing.
 */
export const createDecideOnce = ({ provider, pages, openInstance }: Deps): DecideOnce => {
  const find = async (uid: string): Promise<Interaction> => {
    const interaction = await provider.Interaction.find(uid);
    if (!interaction) throw fail('sign_in_expired', { detail: 'the interaction is over' });
    return interaction;
  };

  /** False if another request has decided. */
  const decided = async (interaction: Interaction, { result, opening }: Decision): Promise<boolean> => {
    pages.spend({ model: 'Interaction', id: interaction.uid });
    interaction.result = result;
    await interaction.persist();
    return opening ? openInstance({ ...opening, changes: pages.takeSteps() }) : pages.storeSteps();
  };

  return async ({ uid }, decide) => {
    const interaction = await find(uid);
    if (interaction.result) return interaction.returnTo;
    try {
      if (await decided(interaction, await decide(interaction))) return interaction.returnTo;
    } finally {
      pages.takeSteps();
      pages.readAgain();
    }
    const { result, returnTo } = await find(uid);
    if (!result) throw fail('sign_in_expired', { detail: 'the interaction cannot be decided' });
    return returnTo;
  };
};
