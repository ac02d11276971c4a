import type { WorldInput } from './schema.ts';

/** `localhost`, so that redirects work in a browser on the developer's machine. */
const domains = ['adobe.com', 'adobe.io', 'adobepass.com', 'testadobe.com', 'localhost'];

/** The world used when none is given. The ids are those of Adobe's samples, so that samples can be replayed as is. */
export const defaultWorld: WorldInput = {
  users: [
    {
      id: 'ana',
      name: 'Ana Lima',
      subscriptions: [
        { mvpd: 'Cablevision', resources: ['REF30', 'REF40', 'news'] },
        { mvpd: 'AdobeShibboleth', resources: ['REF30', 'news'] },
      ],
    },
    {
      id: 'ben',
      name: 'Ben Okoro',
      subscriptions: [
        { mvpd: 'Dish', resources: ['REF30', 'sports'] },
        { mvpd: 'ValleyTel', resources: ['REF30', 'news'] },
      ],
    },
    {
      id: 'chloe',
      name: 'Chloé Martin',
      apple: { hidesEmail: true },
      subscriptions: [
        {
          mvpd: 'Spectrum',
          resources: ['REF30', 'REF40', 'sports', 'news'],
          home: [{ address: '198.18.0.24', ports: [40_000, 40_999] }],
        },
      ],
    },
  ],
  mvpds: [
    {
      id: 'Cablevision',
      displayName: 'Optimum',
      hasLogoutEndpoint: true,
      authorization: { preflight: 'multi-channel', ratings: true },
      partner: { mappingId: 'Cablevision', boardingStatus: 'SUPPORTED' },
    },
    {
      id: 'Dish',
      displayName: 'DISH',
      authentication: {
        protocol: 'saml',
        scoping: 'requesterId',
        nameId: 'transient',
        signature: 'rsa-sha1',
      },
      authorization: { request: 'bare', resources: 'channel-title' },
    },
    {
      id: 'Spectrum',
      hasLogoutEndpoint: true,
      authentication: { protocol: 'oauth2' },
      authorization: { preflight: 'multi-channel' },
    },
    {
      id: 'AdobeShibboleth',
      hasLogoutEndpoint: true,
      authentication: {
        protocol: 'saml',
        requestBinding: 'post',
        scoping: 'requesterId',
        encryptsAssertions: true,
      },
      authorization: { preflight: 'channel-lineup' },
    },
    {
      id: 'ValleyTel',
      displayName: 'Valley Telephone',
      hasLogoutEndpoint: true,
      authentication: {
        protocol: 'saml',
        scoping: 'requesterId',
        proxy: { id: 'Proxy_GLDS', providerId: 'valley-telephone' },
      },
      authorization: { reauthorizeAfter: 3_600 },
    },
    { id: 'TempPass_TEST40', displayName: 'Adobe Temp Pass Test 3 min', isTempPass: true },
    { id: 'flexibleTempPass', displayName: 'Promotional Temp Pass', isTempPass: true, isPromotional: true },
  ],
  serviceProviders: [
    { id: 'REF30', name: 'Reference site only in 30', domains },
    { id: 'REF40', name: 'Reference site only in 40', domains },
    {
      id: 'apasstest1',
      name: 'Adobe Pass test 1',
      domains,
      programmer: 'adobe-tests',
      mvpds: ['Cablevision', 'AdobeShibboleth', 'TempPass_TEST40', 'flexibleTempPass'],
    },
  ],
  apps: [
    { id: 'ref30-tv', name: 'REF30 for TV', serviceProviders: ['REF30'] },
    {
      id: 'ref30-web',
      name: 'REF30 on the web',
      serviceProviders: ['REF30'],
      redirectUris: ['http://localhost:8090/callback'],
    },
    {
      id: 'ref40-phone',
      name: 'REF40 for phones',
      serviceProviders: ['REF40'],
      redirectUris: ['com.example.ref40:/callback'],
    },
    { id: 'apasstest1-tv', name: 'Adobe Pass tests on TV', serviceProviders: ['apasstest1'] },
  ],
  resources: ['REF30', 'REF40', 'apasstest1', 'news', 'sports'],
};
