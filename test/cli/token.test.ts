import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openExistingStores } from '#src/cli/open-stores';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { account } from '../support/builders.ts';
import { rsaPair, signed } from '../support/external-issuer.ts';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

/** The files of a gateway that has run, with two accounts. */
const folder = mkdtempSync(join(tmpdir(), 'kinpass-token-'));
afterAll(() => rmSync(folder, { recursive: true }));
const settings = join(folder, 'kinpass.yaml');
const [jwks, pem] = [join(folder, 'jwks.json'), join(folder, 'key.pem')];
const input = minimalSettings({
  log: { level: 'silent' },
  keys: { directory: join(folder, 'keys') },
  store: { kind: 'sqlite', file: join(folder, 'kinpass.db') },
});

beforeAll(async () => {
  const config = parseConfig(input);
  const gateway = await createGateway(config);
  writeFileSync(jwks, JSON.stringify(gateway.keyRing.publicJwks()));
  const [{ kid = '' } = {}] = gateway.keyRing.publicJwks().keys;
  writeFileSync(pem, String(gateway.keyRing.publicKey(kid)?.export({ type: 'spki', format: 'pem' })));
  await gateway.close();
  await using stores = await openExistingStores(config);
  for (const id of ['ana', 'ben']) {
    const identity = {
      family: 'ref',
      issuer: 'https://accounts.google.com',
      subject: id,
      provider: 'google',
    };
    const rest = { email: null, linkKey: null, linkAuthority: null, createdAt: 1, provenAt: 1 };
    await stores.accounts.resolve({
      identity: { ...identity, ...rest },
      fresh: account({ id }),
      link: { authorities: [], provenSince: 0 },
    });
  }
  writeFileSync(settings, stringify(input));
});

/** Runs a command with stdin closed, until it ends. */
const kinpass = async (...args: string[]) => {
  await using run = runKinpass(args);
  return { code: await run.ended, output: run.output };
};

const mint = async (...args: string[]): Promise<string> => {
  const { output } = await kinpass('token', 'mint', '--config', settings, ...args);
  return /^ey[\w.-]+$/m.exec(output)?.[0] ?? output;
};

const byConfig = ['--config', settings];

describe('kinpass token mint', () => {
  test('issues the token that the gateway would, and an audit entry without it', async () => {
    const { code, output } = await kinpass('token', 'mint', ...byConfig, '--account', 'ana');
    expect(code).toBe(0);
    const [audit = ''] = /^\{.*"outcome":"done".*\}$/m.exec(output) ?? [];
    expect(JSON.parse(audit)).toMatchObject({
      audit: {
        action: 'service-token.mint',
        target: { kind: 'account', id: 'ana' },
        actor: expect.stringContaining('@'),
        outcome: 'done',
      },
    });
    expect(audit).not.toMatch(/ey[\w-]{10,}\./);
    const [first, second, ben] = [output, await mint('--account', 'ana'), await mint('--account', 'ben')].map(
      (text) =>
        JSON.parse(Buffer.from(/ey[\w-]+\.([\w-]+)\./.exec(text)?.[1] ?? '', 'base64url').toString()).sub,
    );
    expect(first).toBe(second);
    expect(ben).not.toBe(first);
  });

  test('accepts a subject', async () => {
    const token = await mint('--subject', 'somebody', '--family', 'ref');
    expect((await kinpass('token', 'inspect', token)).output).toContain('"sub": "somebody"');
  });

  test.each([
    [['--account', 'nobody'], /account "nobody" does not exist/],
    [['--subject', 'x', '--family', 'other'], /must be one of: ref/],
    [['--account', 'ana', '--subject', 'x'], /Give either --account/],
    [[], /Give either --account/],
  ])('%j is rejected', async (args, reason) => {
    const { code, output } = await kinpass('token', 'mint', ...byConfig, ...args);
    expect(code).toBe(1);
    expect(output).toMatch(reason);
    expect(output).not.toMatch(/^ey/m);
  });

  test('asks for confirmation in production', async () => {
    const production = join(folder, 'production.yaml');
    writeFileSync(production, stringify({ ...input, production: true }));
    const args = ['token', 'mint', '--config', production, '--account', 'ana'];
    for (const input of ['', 'yes\n']) {
      await using refused = runKinpass(args, { input });
      expect(await refused.ended).toBe(1);
      expect(refused.output).toContain('Type ana to confirm');
      expect(refused.output).not.toMatch(/^ey/m);
    }
    await using agreed = runKinpass(args, { input: 'ana\n' });
    expect(await agreed.ended).toBe(0);
    expect(agreed.output).toMatch(/^ey/m);
  });
});

describe('kinpass token inspect', () => {
  test('decodes, and says that nothing is verified', async () => {
    const forged = signed(
      { alg: 'RS256', kid: 'x' },
      { sub: 'mallory', exp: 2_000_000_000 },
      rsaPair().privateKey,
    );
    const { code, output } = await kinpass('token', 'inspect', forged);
    expect(code).toBe(0);
    expect(output).toContain('"verified": false');
    expect(output).toContain('2033-05-18T03:33:20.000Z');
    expect(output).toContain('not verified');
  });

  test('reads the token from standard input', async () => {
    await using run = runKinpass(['token', 'inspect'], { input: `${await mint('--account', 'ana')}\n` });
    expect(await run.ended).toBe(0);
    expect(run.output).toContain('"iss": "https://sso.ref.example"');
  });

  test('fails for text that is not a token', async () => {
    const { code, output } = await kinpass('token', 'inspect', 'nonsense');
    expect(code).toBe(1);
    expect(output).toContain('not a valid compact JWS');
  });
});

describe('kinpass token verify', () => {
  let token = '';
  beforeAll(async () => {
    token = await mint('--account', 'ana');
  });

  const against: [string, string[]][] = [
    ['the settings', byConfig],
    ['the keys directory', ['--keys-directory', join(folder, 'keys')]],
    ['a JWK set', ['--jwks', jwks]],
    ['a PEM file', ['--pem', pem]],
  ];
  test.each(against)('a valid token is accepted, by %s', async (_what, args) => {
    const { code, output } = await kinpass('token', 'verify', ...args, token);
    expect(output).toContain('"active": true');
    expect(code).toBe(0);
  });

  test.each(against)('a forged token is rejected with exit code 3, by %s', async (_what, args) => {
    const [header = '', claims = ''] = token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    const forged = signed(JSON.parse(header), claims, rsaPair().privateKey);
    const { code, output } = await kinpass('token', 'verify', ...args, forged);
    expect(output).toContain('"active": false');
    expect(code).toBe(3);
  });

  test('issuer and audience are checked when given, and reported as unchecked otherwise', async () => {
    const own = ['--jwks', jwks, '--issuer', 'https://sso.ref.example'];
    expect((await kinpass('token', 'verify', ...own, '--audience', 'adobe', token)).code).toBe(0);
    expect((await kinpass('token', 'verify', ...own, token)).output).toContain(
      'Not checked: audience of the token',
    );
    expect((await kinpass('token', 'verify', ...own, '--audience', 'other', token)).code).toBe(3);
  });

  test('unusable files fail the command, not the token', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{');
    for (const args of [
      ['--jwks', broken],
      ['--jwks', join(folder, 'none')],
      ['--pem', broken],
      ['--pem', jwks],
    ])
      expect((await kinpass('token', 'verify', ...args, 'a.b.c')).code).toBe(1);
    expect((await kinpass('token', 'verify', '--unknown')).code).toBe(2);
  });
});

describe('kinpass revoke', () => {
  test('a revoked account gets no token until the revocation is lifted', async () => {
    const revoked = await kinpass('revoke', 'account', 'ben', ...byConfig, '--reason', 'sold the account');
    expect(revoked.code).toBe(0);
    expect(JSON.parse(/^\{.*\}$/m.exec(revoked.output)?.[0] ?? '')).toMatchObject({
      audit: {
        action: 'account.revoke',
        target: { kind: 'account', id: 'ben' },
        reason: 'sold the account',
      },
    });
    const refused = await kinpass('token', 'mint', ...byConfig, '--account', 'ben');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('revoked');
    expect((await kinpass('revoke', 'list', ...byConfig)).output).toMatch(
      /account {3}ben {2}sold the account/,
    );
    await kinpass('revoke', 'account', 'ben', '--lift', ...byConfig);
    expect((await kinpass('token', 'mint', ...byConfig, '--account', 'ben')).code).toBe(0);
    expect((await kinpass('revoke', 'list', ...byConfig)).output).toBe('Nothing is revoked.\n');
  });

  test('a token revoked by its jti is not valid', async () => {
    const token = await mint('--account', 'ana');
    const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    await kinpass('revoke', 'jti', jti, ...byConfig);
    const { code, output } = await kinpass('token', 'verify', ...byConfig, token);
    expect(code).toBe(3);
    expect(output).toContain('its jti is revoked');
  });

  test('an unknown account cannot be revoked', async () => {
    const { code, output } = await kinpass('revoke', 'account', 'nobody', ...byConfig);
    expect(code).toBe(1);
    expect(output).toContain('there is no such account');
  });
});
