import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import type { World } from '#src/cli/demo/world';
import { systemIds } from '#src/lib/ids';
import { profileTypes } from '../support/answers.ts';
import { atAdobe, createMachine, logInAtMvpd, phoneIn, signedIn } from '../support/machine.ts';

/** A machine whose keys are in its folder or in its store. */
const createKeyMachine = () => {
  const masterKey = systemIds.secret(32);
  const directoryIn = (folder: string): string => join(folder, 'keys');
  const machine = createMachine((folder) => {
    const keys = { directory: directoryIn(folder), masterKey };
    const store = { kind: 'sqlite', file: join(folder, 'kinpass.db') } as const;
    return {
      folder: { store, keys: { ...keys, in: 'folder' } },
      store: { store, keys: { ...keys, in: 'store' } },
    };
  });
  return { ...machine, keyFiles: () => readdirSync(directoryIn(machine.folder)) };
};

const kidsOf = async ({ origin }: World) => {
  const { body } = await request({ url: `${origin}/.well-known/service-token-jwks.json` });
  return (body['keys'] as unknown as { kid: string }[]).map(({ kid }) => kid);
};

test.each([
  ['folder', 'store'],
  ['store', 'folder'],
] as const)('keys go from the %s to the %s, and nobody notices', { timeout: 90_000 }, async (from, to) => {
  const { start, kinpass, fileOf, keyFiles } = createKeyMachine();
  const first = await start(from);
  const { device: before, browser } = await signedIn(first, 'phone', 'ana');
  const refreshToken = String(before.tokens?.refreshToken);
  await logInAtMvpd(first, before, 'ana');
  expect(profileTypes(await before.profiles())).toEqual({ Cablevision: 'regular' });
  const [{ subject }, kids] = [await atAdobe(first), await kidsOf(first)];
  expect(await kinpass('keys', 'move', '--to', to, '--config', fileOf(from))).toMatch(
    /^0: [\s\S]*^Copied from .*: 6 files, \d lines/m,
  );
  await first.close();

  const second = await start(to, first);
  expect(await kinpass('keys', 'move', '--to', to, '--finish', '--config', fileOf(to))).toMatch(
    /^0: [\s\S]*^Files removed from .*: 6\./m,
  );
  expect(keyFiles().length > 0).toBe(to === 'folder');
  const after = phoneIn(second, 'phone');
  after.use(await after.signIn.refresh(refreshToken));
  await atAdobe(second);
  expect(profileTypes(await after.profiles())).toEqual({ Cablevision: 'regular' });
  expect(await atAdobe(second)).toEqual({ operations: ['profiles.all'], subject });
  expect(await kidsOf(second)).toEqual(kids);
  const authorization = await after.signIn.authorize();
  await browser.open(authorization.url);
  await authorization.redeem((await browser.submit({ button: 'Continue as' })).url);
  await second.close();
});
