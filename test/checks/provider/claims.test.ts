import { expect, test } from 'vitest';
import { family } from '../../support/builders.ts';
import { examine, redOf } from './examine.ts';
import { registration, startHostileProvider } from './hostile-provider.ts';

const { clientId, clientSecret } = registration;

const examineWith = async (
  { claims, ...settings }: { claims?: readonly string[]; emailTrust?: unknown },
  families: Parameters<typeof examine>[0]['families'] = [],
) => {
  await using op = await startHostileProvider();
  op.script.metadata = { claims_supported: claims };
  const config = { kind: 'oidc', issuer: op.origin, clientId, clientSecret, ...settings };
  return await examine({ config, families });
};

const subjectOf = (provider: string, claim: string) =>
  family({
    identityProviders: ['op', 'google'],
    subject: { strategy: 'claim', provider, claim, as: 'hashed' },
  });

test('addresses matter only where accounts are linked by those of this provider', async () => {
  const claims = ['sub', 'auth_time'];
  const trusting = { claims, emailTrust: 'verifiedClaim' };
  const linking = family({ identityProviders: ['op'] });
  expect(redOf(await examineWith(trusting, [linking]))).toEqual({ 'provider.email-claims': 'warning' });
  expect(redOf(await examineWith({ claims, emailTrust: 'never' }, [linking]))).toEqual({});
  expect(redOf(await examineWith(trusting, [{ ...linking, linking: 'none' }]))).toEqual({});
  expect(redOf(await examineWith(trusting, [{ ...linking, identityProviders: ['google'] }]))).toEqual({});
});

test('a claim matters only where the subject is made from that of this provider; every ID Token has a sub', async () => {
  const claims = ['sub', 'auth_time'];
  expect(redOf(await examineWith({ claims }, [subjectOf('op', 'crm_id')]))).toEqual({
    'provider.subject-claim': 'warning',
  });
  expect(redOf(await examineWith({ claims }, [subjectOf('google', 'crm_id')]))).toEqual({});
  expect(redOf(await examineWith({ claims }, [subjectOf('op', 'sub')]))).toEqual({});
});

test('a list that is not published is told from one that lacks the claim', async () => {
  const about = async (claims: readonly string[] | undefined) => {
    const results = await examineWith({ ...(claims && { claims }) }, [subjectOf('op', 'crm_id')]);
    return results.find(({ id }) => id === 'provider.subject-claim')?.summary;
  };
  expect(await about(undefined)).toBe('The provider does not say which claims it has; needed: crm_id.');
  expect(await about(['sub'])).toBe('claims_supported lacks crm_id.');
});

test('domains that the provider runs itself may be trusted', async () => {
  const emailTrust = { authoritativeDomains: ['viewers.example'] };
  const results = await examineWith({ claims: ['auth_time'], emailTrust });
  expect(redOf(results)).toEqual({});
  expect(results.find(({ id }) => id === 'provider.email-domains')?.facts).toMatchObject({
    domains: ['viewers.example'],
  });
});
