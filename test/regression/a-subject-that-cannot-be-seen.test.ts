import { describe, expect, test } from 'vitest';
import { createVerifyExternalToken } from '#src/external-token/verify-external-token';
import { systemClock } from '#src/lib/clock';
import { app, startScriptedFacebook } from '../identity/scripted-facebook.ts';
import { startScriptedOp } from '../identity/scripted-op.ts';
import { atOp, providerOf, signIn } from '../identity/signing-in.ts';
import { startExternalIssuer } from '../support/external-issuer.ts';

const invisible = [' ', '\u00a0', 'ana\u200b', 'ana\ufeff', 'ana\u2028', 'ana\u202e', 'ana\u0000', ''];
const plain = ['ana', 'ana lima', 'añá-名前', '00u1~x|y', 'x'.repeat(255)];

/** The subject that each source of identities accepts; undefined if it is refused. */
const sources = {
  'an ID Token': async (sub: string) => {
    await using op = await startScriptedOp(systemClock);
    op.script.claims = { sub };
    return (await signIn(providerOf(atOp(op), systemClock), op)).subject;
  },
  "Facebook's ID Token": async (sub: string) => {
    await using facebook = await startScriptedFacebook(systemClock);
    facebook.script.bend = (draft) => draft;
    facebook.script.claims = { sub };
    const { origin } = facebook;
    const config = { kind: 'facebook', webOrigin: origin, graphOrigin: origin, ...app } as const;
    return (await signIn(providerOf(config, systemClock), facebook)).subject;
  },
  "another issuer's service token": async (sub: string) => {
    await using service = await startExternalIssuer({ now: systemClock.now });
    const verify = createVerifyExternalToken({
      rules: { issuer: service.issuer, audience: 'adobe', longestLifetime: 3_600_000 },
      findKey: () => service.pair.publicKey,
      clock: systemClock,
    });
    return (await verify(service.token({ sub }))).sub;
  },
};

describe.each(Object.entries(sources))('the subject of %s', (_, subjectOf) => {
  test.each(plain)('may be %j', async (sub) => {
    expect(await subjectOf(sub)).toBe(sub);
  });

  test.each(invisible)('must not be %j', async (sub) => {
    await expect(subjectOf(sub)).rejects.toMatchObject({ code: expect.any(String) });
  });
});
