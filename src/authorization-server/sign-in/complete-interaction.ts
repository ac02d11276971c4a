import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { AppConfig } from '#src/config/schema';
import { fail } from '#src/lib/errors';
import { scopes } from '../provider/scopes.ts';
import type { DecideOnce, Decision, Interaction } from './decide-once.ts';
import { loginOf, type ProvenViewer } from './proven-viewer.ts';
import type { SessionViewer } from './session-viewer.ts';

interface Deps {
  readonly provider: Provider;
  readonly once: DecideOnce;
  appOf(interaction: Interaction): Promise<AppConfig>;
}

/** Completes interactions, each once. Returns where the browser goes next. */
export const createCompleteInteraction = ({ provider, once, appOf }: Deps) => {
  /** One Grant per sign-in, never shared: revoking one device does not affect others. */
  const open = async (
    interaction: Interaction,
    { id: viewer, origin }: Pick<SessionViewer, 'id' | 'origin'>,
  ): Promise<Decision> => {
    const { deviceCode } = interaction;
    const device = deviceCode === undefined ? undefined : await provider.DeviceCode.find(deviceCode);
    if (deviceCode !== undefined && device?.isExpired !== false)
      throw fail('sign_in_expired', { detail: 'the device code ran out' });
    const clientId = String(interaction.params['client_id']);
    const app = await appOf(interaction);
    const fresh = new provider.Grant({ accountId: viewer, clientId });
    const requested = String(interaction.params['scope'] ?? '').split(' ');
    fresh.addOIDCScope(scopes.filter((scope) => requested.includes(scope)));
    const grant = await fresh.save();
    const opening = { app, clientId, viewer, grant, ...origin };
    return { result: { consent: { grantId: grant } }, opening };
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
    signedIn: (ctx: Koa.Context, answered: Interaction, viewer: ProvenViewer): Promise<string> =>
      once(answered, async (interaction) => {
        // The provider let the viewer choose; our pages did too.
        const login = { login: loginOf(viewer), select_account: {} };
        const ready = interaction.deviceCode === undefined;
        const { result, ...more } = ready ? await open(interaction, viewer) : { result: {} };
        await endOtherSession(ctx, interaction, viewer.id);
        return { result: { ...login, ...result }, ...more };
      }),

    /** The viewer of the browser's session approved. */
    approved: (answered: Interaction, viewer: SessionViewer): Promise<string> =>
      once(answered, async (interaction) => {
        const { result, ...more } = await open(interaction, viewer);
        return { result: { ...interaction.lastSubmission, ...result }, ...more };
      }),

    denied: (answered: Interaction): Promise<string> =>
      once(answered, async () => ({
        result: {
          error: 'access_denied',
          error_description: 'the viewer did not approve the sign-in',
        },
      })),
  };
};

export type CompleteInteraction = ReturnType<typeof createCompleteInteraction>;
