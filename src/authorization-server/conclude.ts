import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import type { AppConfig } from '#src/config/schema';
import { fail } from '#src/lib/errors';
import type { ArtifactStore } from '#src/stores/ports';
import type { Deps as ServerDeps } from './deps.ts';

export type Interaction = InstanceType<Provider['Interaction']>;

interface Deps extends Pick<ServerDeps, 'openInstance'> {
  readonly provider: Provider;
  readonly artifacts: Pick<ArtifactStore, 'consume'>;
  appOf(interaction: Interaction): Promise<AppConfig>;
}

export const scopes = ['openid', 'offline_access'];

/** How interactions end. Each ends once; its answer is where the browser goes next. */
export const createConclude = ({ provider, artifacts, appOf, openInstance }: Deps) => {
  const once = async (
    interaction: Interaction,
    decide: () => Promise<InteractionResults>,
  ): Promise<string> => {
    if (await artifacts.consume('Interaction', interaction.uid)) {
      interaction.result = await decide();
      await interaction.persist();
      return interaction.returnTo;
    }
    // A second press of the same button: the browser follows the first one's decision.
    const concluded = await provider.Interaction.find(interaction.uid);
    if (!concluded?.result) throw fail('sign_in_expired', { detail: 'the interaction is concluded' });
    return concluded.returnTo;
  };

  /** One Grant per sign-in, never shared: revoking one device leaves every other alone. */
  const grant = async (interaction: Interaction, viewer: string): Promise<string> => {
    const clientId = String(interaction.params['client_id']);
    const app = await appOf(interaction);
    const fresh = new provider.Grant({ accountId: viewer, clientId });
    const asked = String(interaction.params['scope'] ?? '').split(' ');
    fresh.addOIDCScope(scopes.filter((scope) => asked.includes(scope)));
    const id = await fresh.save();
    await openInstance({ app, clientId, viewer, grant: id });
    return id;
  };

  /**
   * The browser forgets a different account first, or oidc-provider would force a logout in between
   * (and two accounts would share one session).
   */
  const makeRoomFor = async (ctx: Koa.Context, interaction: Interaction, viewer: string): Promise<void> => {
    const session = await provider.Session.get(ctx);
    if (session.accountId !== undefined && session.accountId !== viewer) await session.destroy();
    delete interaction.session;
  };

  return {
    /** Fresh from an identity provider. A device still awaits approval; an app goes straight on. */
    signedIn: (ctx: Koa.Context, interaction: Interaction, viewer: string): Promise<string> =>
      once(interaction, async () => {
        await makeRoomFor(ctx, interaction, viewer);
        const login = { accountId: viewer };
        if (interaction.deviceCode !== undefined) return { login };
        return { login, consent: { grantId: await grant(interaction, viewer) } };
      }),

    /** The viewer of the browser's session said yes. */
    approved: (interaction: Interaction, viewer: string): Promise<string> =>
      once(interaction, async () => ({
        ...interaction.lastSubmission,
        consent: { grantId: await grant(interaction, viewer) },
      })),

    denied: (interaction: Interaction): Promise<string> =>
      once(interaction, async () => ({
        error: 'access_denied',
        error_description: 'the viewer did not approve the sign-in',
      })),
  };
};

export type Conclude = ReturnType<typeof createConclude>;
