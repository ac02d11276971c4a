import { expect, test } from 'vitest';
import { createFindSubject } from '#src/families/find-subject';
import { claimIn } from '#src/families/kept-claims';
import { account, identity } from '../support/builders.ts';

const unseen = [' ', 'ana\u200b', 'ana\u2028', 'ana\u00ad'];
const sub = { provider: 'dtc', claim: 'sub' };

test.each(unseen)('no subject is made of %j, whether a new identity has it', (text) => {
  expect(claimIn(identity(text), sub)).toBeUndefined();
  const claims = { user_id: text };
  expect(claimIn(identity('ana', { claims }), { ...sub, claim: 'user_id' })).toBeUndefined();
});

test.each(unseen)('or an account of before has %j, which no token was made with', async (text) => {
  const stored = { family: 'ref', issuer: 'https://dtc.example', subject: text, provider: 'dtc' };
  const findSubject = createFindSubject({
    accounts: {
      identitiesOf: async () => [
        { ...stored, email: null, linkKey: null, linkAuthority: null, createdAt: 0, provenAt: null },
      ],
      claim: async () => undefined,
      importedSubject: async () => undefined,
      keepClaim: async (_account, _name, value) => value,
    },
    secrets: new Map(),
    strategies: new Map([['ref', { strategy: 'claim', ...sub, as: 'plain' }]]),
  });
  await expect(findSubject({ id: 'ref' }, account({ id: 'ana' }))).rejects.toMatchObject({
    code: 'gateway_subject_unavailable',
  });
});
