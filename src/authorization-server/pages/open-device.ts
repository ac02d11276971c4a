import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { Ids } from '#src/lib/ids';
import type { CookieNames } from '../provider/cookies.ts';

/** Seconds within which the browser follows the redirect. */
const lifetime = 60;

interface Deps {
  readonly provider: Provider;
  readonly publicOrigin: string;
  readonly names: Pick<CookieNames, 'resume'>;
  readonly ids: Pick<Ids, 'secret'>;
}

/**
 * Starts the sign-in of the device that shows `code`. Returns where oidc-provider continues: it treats the browser as
 * one that returns from an interaction without a result, and asks for what is missing. Undefined when the code is
 * unknown, expired, or decided already.
 */
export const createOpenDevice =
  ({ provider, publicOrigin, names, ids }: Deps) =>
  async (ctx: Koa.Context, code: string): Promise<string | undefined> => {
    const device = await provider.DeviceCode.findByUserCode(code);
    if (!device || device.isExpired || device.error !== undefined || device.accountId !== undefined)
      return undefined;
    const uid = ids.secret();
    const path = `/device/${uid}`;
    const interaction = Object.assign(new provider.Interaction(), {
      uid,
      returnTo: `${publicOrigin}${path}`,
      prompt: { name: 'login', reasons: [], details: {} },
      params: device.params ?? {},
      deviceCode: device.jti,
      result: {},
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
