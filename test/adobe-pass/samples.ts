import { profiles, session } from './scripted-adobe.ts';

const [profile] = Object.values(profiles.profiles);
const many = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`attribute${index}`, { value: `v${index}`, state: 'plain' }]),
);
const allProfiles = { profiles: { Cablevision: { ...profile, attributes: many }, 'é 📺': profile } };
const anySession = {
  ...session,
  mvpd: 'Cablevision',
  missingParameters: ['mvpd', 'redirectUrl'],
  notBefore: '1700000000000',
  notAfter: '1900000000000',
};
const error = {
  action: 'none',
  status: 403,
  code: 'authorization_denied',
  message: 'no "entry"\n',
  trace: null,
};
const allDecisions = {
  decisions: [
    { resource: '<rss version="2.0">', authorized: true, source: 'mvpd', token: { serializedToken: 'a.b' } },
    { resource: 'sports', authorized: false, error },
  ],
};

/** An answer of every operation, by its name, and an enhanced error. */
export const samples: Readonly<Record<string, object>> = {
  configuration: {
    requestor: { id: 'REF30', mvpds: [{ id: 'A', iFrameRequired: false, x: 1.5 }, { id: 'B' }] },
  },
  createSession: anySession,
  resumeSession: anySession,
  createPartnerSession: {
    ...anySession,
    actionName: 'partner_profile',
    authenticationRequest: { type: 'saml', request: 'PEF1dGhuUmVxdWVzdC8+', attributesNames: ['userID'] },
  },
  createPartnerProfile: allProfiles,
  getSession: {
    existingParameters: { mvpd: 'Cablevision', domainName: null },
    missingParameters: [],
    notBefore: '1700000000000',
    notAfter: '1900000000000',
  },
  getProfiles: allProfiles,
  getProfile: allProfiles,
  getProfileByCode: allProfiles,
  preauthorize: allDecisions,
  authorize: allDecisions,
  logOut: {
    logouts: {
      Cablevision: { actionName: 'logout', actionType: 'interactive', url: '/x' },
      B: { actionName: 'a', actionType: 'b' },
    },
  },
  error,
};
