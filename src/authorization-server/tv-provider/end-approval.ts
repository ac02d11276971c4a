import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Deps as ServerDeps } from '../deps.ts';
import { parseDeviceFacts } from '../device/device-facts.ts';
import { seeOther } from '../sign-in/browser.ts';
import type { ApprovedDevices } from './approved-devices.ts';
import { showDeviceSuccess } from './device-success.ts';
import { tvProviderPath } from './paths.ts';

interface Deps extends Pick<ServerDeps, 'findClient'> {
  readonly approvedDevices: Pick<ApprovedDevices, 'add'>;
}

/**
 * How the approval of a device ends: where it has told Adobe's facts about itself, the browser goes on to its TV provider. The
 * device may fetch its tokens from now on, whatever becomes of that.
 */
export const createEndApproval =
  ({ findClient, approvedDevices }: Deps) =>
  async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { client, entities } = ctx.oidc;
    const { deviceInfo, userCode, grantId, params } = entities.DeviceCode ?? {};
    const id = entities.Interaction?.uid;
    const device = parseDeviceFacts(deviceInfo)?.streaming;
    const found = device && client && (await findClient(client.clientId));
    const { service_provider: named, ui_locales: uiLocales } = params ?? {};
    const serviceProvider = typeof named === 'string' ? named : found?.app.serviceProviders[0];
    if (!device || !client || !id || !grantId || !userCode || serviceProvider === undefined)
      return showDeviceSuccess(ctx, client?.clientName ?? '');
    const { clientId } = client;
    await approvedDevices.add(ctx as unknown as Koa.Context, {
      id,
      clientId,
      userCode,
      grant: grantId,
      serviceProvider,
      device,
      ...(typeof uiLocales === 'string' && { uiLocales }),
    });
    seeOther(ctx as unknown as Koa.Context, tvProviderPath(id));
  };

export type EndApproval = ReturnType<typeof createEndApproval>;
