import { family } from '../../support/builders.ts';
import { metadata, type PlantedFault } from './plant.ts';

const linking = [family({ identityProviders: ['op'] })];
const trusting = { emailTrust: 'verifiedClaim' };
const later = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();

export const plantedInClaims: readonly PlantedFault[] = [
  {
    check: 'provider.clock',
    verdict: 'warning',
    story: '20 seconds ahead',
    plant: ({ script }) => {
      script.headers = { date: later(20) };
    },
  },
  {
    check: 'provider.clock',
    verdict: 'failed',
    story: '40 seconds behind',
    plant: ({ script }) => {
      script.headers = { date: later(-40) };
    },
  },
  {
    check: 'provider.auth-time',
    verdict: 'warning',
    story: 'auth_time is not listed',
    plant: metadata({ claims_supported: ['sub', 'email', 'email_verified'] }),
  },
  {
    check: 'provider.auth-time',
    verdict: 'warning',
    story: 'no list of claims',
    plant: metadata({ claims_supported: undefined }),
  },
  {
    check: 'provider.email-claims',
    verdict: 'failed',
    story: 'the scope is not asked for',
    settings: { ...trusting, scopes: ['openid'] },
    families: linking,
  },
  {
    check: 'provider.email-claims',
    verdict: 'warning',
    story: 'email_verified is not listed',
    plant: metadata({ claims_supported: ['sub', 'email', 'auth_time'] }),
    settings: trusting,
    families: linking,
    says: /email_verified: true/,
  },
  {
    check: 'provider.subject-claim',
    verdict: 'warning',
    story: 'the claim is not listed',
    families: [
      family({ identityProviders: ['op'], subject: { strategy: 'claim', claim: 'crm_id', as: 'hashed' } }),
    ],
    says: /crm_id/,
  },
  {
    check: 'provider.subject-type',
    verdict: 'warning',
    story: 'pairwise only',
    plant: metadata({ subject_types_supported: ['pairwise'] }),
    says: /every viewer becomes a new account/,
  },
  {
    check: 'provider.email-domains',
    verdict: 'warning',
    story: 'mailboxes of everybody',
    settings: { emailTrust: { authoritativeDomains: ['gmail.com'] } },
  },
  {
    check: 'provider.email-domains',
    verdict: 'warning',
    story: 'a wildcard',
    settings: { emailTrust: { authoritativeDomains: ['*.viewers.example'] } },
  },
];
