import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import type { AppConfig } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { ArtifactStore } from '#src/stores/expiring-ports';
import type { Deps as ServerDeps } from '../deps.ts';
import { scopes } from '../provider/scopes.ts';

export type Interaction = InstanceType<Provider['Interaction']>;

interface Deps extends Pick<ServerDeps, 'openInstance'> {
  readonly provider: Provider;
  readonly artifacts: Pick<ArtifactStore, 'consume'>;
  readonly clock: Pick<Clock, 'now'>;
  appOf(interaction: Interaction): Promise<AppConfig>;
}

/** Completes interactions, each once. Returns where the browser goes next. */
export const createCompleteInteraction = ({ provider, artifacts, clock, appOf, openInstance }: Deps) => {
  const once = async (
    interaction: Interaction,
    decide: () => Promise<InteractionResults>,
  ): Promise<string> => {
    if (await artifacts.consume('Interaction', interaction.uid, clock.now())) {
      interaction.result = await decide();
      await interaction.persist();
      return interaction.returnTo;
    }
    // The same button pressed twice: the browser follows the first decision.
    const completed = await provider.Interaction.find(interaction.uid);
    if (!completed?.result) throw fail('sign_in_expired', { detail: 'the interaction has been completed' });
    return completed.returnTo;
  };

  /** One Grant per sign-in, never shared: revoking one device does not affect others. */
  const grant = async (interaction: Interaction, viewer: string): Promise<string> => {
    const { deviceCode } = interaction;
    const device = deviceCode === undefined ? undefined : await provider.DeviceCode.find(deviceCode);
    if (deviceCode !== undefined && device?.isExpired !== false)
      throw fail('sign_in_expired', { detail: 'the device code ran out' });
    const clientId = String(interaction.params['client_id']);
    const app = await appOf(interaction);
    const fresh = new provider.Grant({ accountId: viewer, clientId });
    const requested = String(interaction.params['scope'] ?? '').split(' ');
    fresh.addOIDCScope(scopes.filter((scope) => requested.includes(scope)));
    const id = await fresh.save();
    await openInstance({ app, clientId, viewer, grant: id });
    return id;
  };

  /**
   * Ends the browser session of a different account: oidc-provider would force a logout in between, and two accounts
   * would share one session.
   */
  const endOtherSession = async (
    ctx: Koa.Context,
    interaction: Interaction,
    viewer: string,
  ): Promise<void> => {
    const session = await provider.Session.get(ctx);
    if (session.accountId !== undefined && session.accountId !== viewer) await session.destroy();
    delete interaction.session;
  };

  return {
    /** The viewer returned from an identity provider. A device still needs approval; an app does not. */
    signedIn: (ctx: Koa.Context, interaction: Interaction, viewer: string): Promise<string> =>
      once(interaction, async () => {
        await endOtherSession(ctx, interaction, viewer);
        const login = { accountId: viewer };
        if (interaction.deviceCode !== undefined) return { login };
        return { login, consent: { grantId: await grant(interaction, viewer) } };
      }),

    /** The viewer of the browser's session approved. */
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

export type CompleteInteraction = ReturnType<typeof createCompleteInteraction>;
