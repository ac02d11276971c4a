import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { Ids } from '#src/lib/ids';
import { networkOf } from '#src/lib/ip-address';
import type { Deps as ServerDeps } from '../deps.ts';
import type { CookieNames } from '../provider/cookies.ts';
import { linkedFromElsewhere } from '../provider/interaction-policy.ts';
import { parseDeviceFacts } from './device-facts.ts';

/** Seconds within which the browser follows the redirect. */
const lifetime = 60;

interface Deps extends Pick<ServerDeps, 'findClient'> {
  readonly provider: Provider;
  readonly publicOrigin: string;
  readonly names: Pick<CookieNames, 'resume'>;
  readonly ids: Pick<Ids, 'secret'>;
}

interface Entry {
  /** As `parseUserCode` returns it. */
  readonly code: string;
  /** The code came by a link, not from the viewer's hand. */
  readonly linked: boolean;
  /** The family on whose page the code was typed: codes of another one are unknown there. */
  readonly family?: string;
}

/**
 * A link can be sent to somebody who has no such device (RFC 8628 §5.4). Where it comes from another network than the
 * device's request, a remembered session does not suffice: the viewer signs in again, and sees what for.
 */
const isFromElsewhere = (ctx: Koa.Context, deviceInfo: unknown, linked: boolean): boolean => {
  if (!linked) return false;
  const facts = parseDeviceFacts(deviceInfo);
  return facts === undefined || networkOf(facts.address) !== networkOf(ctx.ip);
};

/**
 * Starts the sign-in of the device that shows `code`. Returns where oidc-provider continues: it treats the browser as
 * one that returns from an interaction without a result, and asks for what is missing. Undefined when the code is
 * unknown, expired, or decided already.
 */
export const createOpenDevice =
  ({ provider, publicOrigin, names, ids, findClient }: Deps) =>
  async (ctx: Koa.Context, { code, linked, family }: Entry): Promise<string | undefined> => {
    const device = await provider.DeviceCode.findByUserCode(code);
    if (!device || device.isExpired || device.error !== undefined || device.accountId !== undefined)
      return undefined;
    const client = device.clientId === undefined ? undefined : await findClient(device.clientId);
    if (!client || (family !== undefined && client.app.family !== family)) return undefined;
    const uid = ids.secret();
    const path = `/device/${uid}`;
    const interaction = Object.assign(new provider.Interaction(), {
      uid,
      returnTo: `${publicOrigin}${path}`,
      prompt: { name: 'login', reasons: [], details: {} },
      params: device.params ?? {},
      deviceCode: device.jti,
      result: { [linkedFromElsewhere]: isFromElsewhere(ctx, device.deviceInfo, linked) },
      cid: uid,
    });
    await interaction.save(lifetime);
    ctx.cookies.set(names.resume, uid, {
      signed: true,
      httpOnly: true,
      sameSite: 'lax',
      path,
      maxAge: lifetime * 1000,
    });
    return path;
  };

export type OpenDevice = ReturnType<typeof createOpenDevice>;
