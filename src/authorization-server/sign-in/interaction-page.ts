import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { AppConfig } from '#src/config/schema';
import { fail } from '#src/lib/errors';
import { maskEmail } from '#src/web/mask-email';
import { approveDevicePage } from '#src/web/pages/approve-device';
import { chooseProviderPage } from '#src/web/pages/choose-provider';
import { continueAsPage } from '#src/web/pages/continue-as';
import type { Deps as ServerDeps, Viewer } from '../deps.ts';
import { deviceRequest } from '../device/device-facts.ts';
import { formatUserCode } from '../device/user-code.ts';
import { show } from '../pages/show.ts';
import type { Interaction } from './decide-once.ts';
import type { InteractionLinks } from './interaction-links.ts';
import type { SessionViewerOf } from './session-viewer.ts';

interface Deps extends Pick<ServerDeps, 'providersOf' | 'clock' | 'brands' | 'emailOf'> {
  readonly provider: Provider;
  readonly links: InteractionLinks;
  readonly sessionViewerOf: SessionViewerOf;
  appOf(interaction: Interaction): Promise<AppConfig>;
}

/** Shows what an interaction needs of the viewer: to choose an identity provider, or to confirm. Changes nothing. */
export const createInteractionPage = ({
  provider,
  clock,
  brands,
  emailOf,
  links,
  appOf,
  providersOf,
  sessionViewerOf,
}: Deps) => {
  const choose = (
    ctx: Koa.Context,
    interaction: Interaction,
    app: AppConfig,
    otherAccount: boolean,
  ): void => {
    const to = links(interaction);
    const providers = providersOf(app.id).map(({ id, label }) => ({
      label,
      mark: brands.markOf(id),
      start: to.start(id, otherAccount),
    }));
    show(ctx, (texts) => chooseProviderPage(texts, { app: app.name, providers, deny: to.deny }), {
      formTargets: to.away,
    });
  };

  const confirm = async (ctx: Koa.Context, interaction: Interaction, app: AppConfig, viewer: Viewer) => {
    const { approve, deny, switchUrl, back } = links(interaction);
    const email = await emailOf(viewer.id);
    const masked = email === null ? null : maskEmail(email);
    const view = { app: app.name, email: masked, approve, deny, switchUrl };
    if (interaction.deviceCode === undefined) {
      show(ctx, (texts) => continueAsPage(texts, view), { formTargets: back });
      return;
    }
    const device = await provider.DeviceCode.find(interaction.deviceCode);
    if (!device?.userCode || device.isExpired)
      throw fail('sign_in_expired', { detail: 'the device code is gone' });
    const code = formatUserCode(device.userCode);
    const request = deviceRequest(device.deviceInfo, { address: ctx.ip, now: clock.now() });
    show(ctx, (texts) => approveDevicePage(texts, { ...view, code, request }));
  };

  return async (ctx: Koa.Context, interaction: Interaction): Promise<void> => {
    const app = await appOf(interaction);
    const otherAccount = ctx.query['account'] === 'other';
    const viewer = otherAccount ? undefined : await sessionViewerOf(interaction);
    if (viewer) await confirm(ctx, interaction, app, viewer);
    else choose(ctx, interaction, app, otherAccount);
  };
};
