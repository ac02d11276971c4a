import { describe, expect, test } from 'vitest';
import { judgeSharing } from '#src/flows/judge-sharing';
import type { SharingFacts } from '#src/flows/sharing-facts';

const token = { issuer: 'https://sso.ref.example', audience: 'adobe', subject: 'S', kid: 'K1' };
const login = {
  serviceProvider: 'REF30',
  mvpd: 'Cablevision',
  type: 'regular',
  app: 'ref30-tv',
  instance: 'tv',
  credentials: 'P1',
  statement: 'H1',
  token,
  notAfter: 2_000,
  foundAt: 500,
};

/** Nothing differs, and Adobe finds nothing. */
const facts: SharingFacts = {
  now: 1_000,
  serviceProvider: 'REF40',
  mvpd: 'Cablevision',
  isSignedIn: true,
  app: { id: 'ref40-phone', serviceProviders: ['REF40'], domains: [] },
  family: { id: 'ref', serviceProviders: ['REF30', 'REF40'] },
  device: { bound: 'D1', sent: 'D1' },
  key: { kid: 'K1', isAcknowledged: true },
  token,
  adobe: {},
  login,
  loginNow: { credentials: 'P1', statement: 'H1' },
  registeredDomains: ['adobe.com'],
};

const found = (changes: Partial<SharingFacts>) => {
  const { finding, checks } = judgeSharing({ ...facts, ...changes });
  return [finding, checks.find(({ id }) => id === finding)?.facts];
};

const app = { ...facts.app, domains: ['app.example'] };

describe('the first fact that prevents sharing', () => {
  test.each<[finding: string, changes: Partial<SharingFacts>, compared: object | undefined]>([
    ['signed-in', { isSignedIn: false, token: undefined, login: undefined }, { app: 'ref40-phone' }],
    [
      'service-provider',
      { serviceProvider: 'ELSEWHERE' },
      { serviceProvider: 'ELSEWHERE', ofApp: ['REF40'] },
    ],
    [
      'device-identifier',
      { device: { bound: 'D1', sent: 'D2' } },
      { identifierHere: 'D2', identifierAtFirst: 'D1' },
    ],
    ['signing-key', { key: undefined }, undefined],
    [
      'service-token',
      { token: { unavailable: 'gateway_subject_unavailable' } },
      { code: 'gateway_subject_unavailable' },
    ],
    ['throttled', { adobe: { failure: 'gateway_address_busy' } }, { code: 'gateway_address_busy' }],
    ['adobe', { adobe: { failure: 'gateway_adobe_timeout' } }, { code: 'gateway_adobe_timeout' }],
    ['integration', { adobe: { refusal: 'invalid_integration' } }, { mvpd: 'Cablevision' }],
    ['degraded', { adobe: { profile: { mvpd: 'Cablevision', type: 'degraded' } } }, { type: 'degraded' }],
    ['auth-per-aggregator', { adobe: { authPerAggregator: true } }, { authPerAggregator: true }],
    ['domain', { login: undefined, app }, { domainsHere: ['app.example'], registered: ['adobe.com'] }],
    ['account', { login: undefined }, { loginsOfThisAccount: 0 }],
    ['signed-out', { login: { ...login, ended: { at: 700, app: 'ref30-web' } } }, { in: 'ref30-web' }],
    ['expired', { now: 2_000 }, { validUntil: '1970-01-01T00:00:02.000Z' }],
    [
      'issuer',
      { token: { ...token, issuer: 'https://other.example' } },
      { issuerHere: 'https://other.example', issuerAtLogin: token.issuer },
    ],
    [
      'audience',
      { token: { ...token, audience: 'Adobe' } },
      { audienceHere: 'Adobe', audienceAtLogin: 'adobe' },
    ],
    ['subject', { token: { ...token, subject: 'T' } }, { subjectHere: 'T', subjectAtLogin: 'S' }],
    ['key', { token: { ...token, kid: 'K2' } }, { kidHere: 'K2', kidAtLogin: 'K1' }],
    ['key-acknowledged', { key: { kid: 'K1', isAcknowledged: false } }, { acknowledged: false }],
    [
      'statement',
      { loginNow: { credentials: 'P1', statement: 'H2' } },
      { statementNow: 'H2', statementAtLogin: 'H1' },
    ],
    [
      'credentials',
      { loginNow: { credentials: 'P2', statement: 'H1' } },
      { credentialsNow: 'P2', credentialsAtLogin: 'P1' },
    ],
    ['ended-elsewhere', {}, { loginIn: 'ref30-tv' }],
  ])('%s', (finding, changes, compared) => {
    expect(found(changes)).toEqual([finding, compared && expect.objectContaining(compared)]);
  });

  test('comes before those after it, which are not looked at', () => {
    const { finding, checks } = judgeSharing({
      ...facts,
      now: 9_000,
      token: { ...token, issuer: 'another' },
    });
    expect(finding).toBe('expired');
    const after = checks.slice(checks.findIndex(({ id }) => id === 'expired') + 1);
    expect(new Set(after.map(({ verdict, summary }) => `${verdict}: ${summary}`))).toEqual(
      new Set(['skipped: Not checked after expired.']),
    );
  });
});

test('a profile that is found needs no login to compare with', () => {
  const adobe = { profile: { mvpd: 'Cablevision', type: 'serviceTokenSSO' } };
  const { isShared, finding, checks } = judgeSharing({ ...facts, login: undefined, adobe });
  expect([isShared, finding]).toEqual([true, undefined]);
  expect(checks.find(({ id }) => id === 'account')).toMatchObject({
    verdict: 'skipped',
    summary: 'The app finds the profile (serviceTokenSSO).',
  });
});

test('of subjects, credentials and devices only the beginning of a hash is told', () => {
  const subject = 'x'.repeat(43);
  const text = JSON.stringify(found({ token: { ...token, subject } }));
  expect(text).toContain('x'.repeat(10));
  expect(text).not.toContain('x'.repeat(11));
});
