import type { Device } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import type { World } from '#src/cli/demo/world';
import { createAdminClient } from '../support/admin.ts';
import { profileTypes } from '../support/answers.ts';
import {
  atAdobe,
  createStoreMachine,
  type Kind,
  logInAtMvpd,
  phoneIn,
  refresh,
  signedIn,
} from '../support/machine.ts';
import { postgresUrl } from '../support/postgres.ts';

/** A viewer who refreshes and devices that register, until the gateway refuses to write. */
const keepBusy = (world: World, viewer: Device) => {
  const registered: Device[] = [];
  let stopped = false;
  const run = async (): Promise<void> => {
    try {
      while (!stopped) {
        await refresh(viewer);
        if (registered.length === 10) continue; // more from one address would be refused
        const device = phoneIn(world, `registered ${registered.length}`);
        await device.register();
        registered.push(device);
      }
    } catch (error) {
      expect(String(error)).toMatch(/503/);
    }
  };
  const done = run();
  return {
    registered,
    stop: async () => {
      stopped = true;
      await done;
    },
  };
};

const signedInBefore = async (world: World) => {
  const { device: phone, browser } = await signedIn(world, 'phone', 'ana');
  await logInAtMvpd(world, phone, 'ana');
  expect(profileTypes(await phone.profiles())).toEqual({ Cablevision: 'regular' });
  const { subject } = await atAdobe(world);

  const { device: used } = await signedIn(world, 'used', 'ana');
  const spent = String(used.tokens?.refreshToken);
  await refresh(used);
  await refresh(used); // the first answer is not given again

  const { device: ended } = await signedIn(world, 'ended', 'ana');
  const gone = String(ended.tokens?.refreshToken);
  await ended.signOut();

  const { device: revoked } = await signedIn(world, 'revoked', 'ben');
  const id = String((await revoked.send('/me', { headers: bearer(revoked) })).body['sub']);
  await createAdminClient(world.adminOrigin).revoke({ kind: 'account', id, reason: 'stolen' });

  const { device: busy } = await signedIn(world, 'busy', 'chloe');
  return { phone, browser, subject, used, spent, ended, gone, revocations: [{ kind: 'account', id }], busy };
};

const bearer = ({ tokens }: Device) => ({ authorization: `Bearer ${tokens?.accessToken}` });

describe.skipIf(!postgresUrl)('a gateway', () => {
  test('moves from SQLite to PostgreSQL and back while viewers use it, and keeps them signed in', {
    timeout: 120_000,
  }, async () => {
    const { start, kinpass, fileOf } = createStoreMachine();
    let world = await start('sqlite');
    const { phone, browser, subject, used, spent, ended, gone, revocations, busy } =
      await signedInBefore(world);

    const move = async (from: Kind, to: Kind): Promise<void> => {
      const files = ['--config', fileOf('sqlite'), '--other', fileOf('postgres')];
      const copy = (...more: string[]) =>
        kinpass('store', 'copy', '--from', from, '--to', to, ...files, ...more);
      const traffic = keepBusy(world, busy);
      expect(await copy()).toMatch(/^0: [\s\S]*^Pass 1: \d+ rows compared, \d+ written/m);
      expect(await copy('--finish', '--reason', 'ticket 4711')).toMatch(/^0: [\s\S]* is ready for gateways/m);
      await traffic.stop();
      await world.close();
      world = await start(to, world);
      await atAdobe(world);

      await refresh(phone);
      expect(profileTypes(await phone.profiles())).toEqual({ Cablevision: 'regular' });
      expect(await atAdobe(world), 'no new pair, no new login').toEqual({
        operations: ['profiles.all'],
        subject,
      });
      const again = await phone.signIn.authorize();
      await browser.open(again.url);
      await again.redeem((await browser.submit({ button: 'Continue as' })).url);
      await refresh(busy);
      expect(traffic.registered.length).toBeGreaterThan(0);
      for (const device of traffic.registered.slice(-2)) expect((await device.profiles()).status).toBe(200);
      await expect(ended.signIn.refresh(gone)).rejects.toThrow(/status 400, "grant request is invalid"/);
      expect((await createAdminClient(world.adminOrigin).get('/revocations')).body).toMatchObject({
        revocations,
      });

      expect(await copy()).toMatch(
        /^1: [\s\S]*(which is in use: there is nothing to do|is used by another process)/m,
      );
      expect(await kinpass('audit', 'verify', '--config', fileOf(to))).toMatch(/^0: /);
      expect(await kinpass('audit', 'list', '--config', fileOf(to))).toMatch(/store\.copy .*ticket 4711/);
      expect(await kinpass('store', 'check', '--config', fileOf(to))).toMatch(/^0: [\s\S]* is whole/m);
      expect(await kinpass('store', 'check', '--config', fileOf(from))).toMatch(
        /The data of .* was moved to/,
      );
    };

    await move('sqlite', 'postgres');
    await move('postgres', 'sqlite');
    await expect(used.signIn.refresh(spent), 'used twice').rejects.toThrow(
      /status 400, "grant request is invalid"/,
    );
    await expect(refresh(used), 'which ends its sign-in').rejects.toThrow(
      /status 400, "grant request is invalid"/,
    );
    await world.close();
  });
});
