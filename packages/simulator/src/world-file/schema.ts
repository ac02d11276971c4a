/**
 * The world file: service providers, MVPDs, channels, subscribers and apps as a team writes them. Omitted settings are
 * derived from the ids. This folder owns the format, its checks and the defaults; it must not know any party.
 */
import { z } from 'zod';
import { app, identityClient, mvpd, serviceProvider, user } from './parts.ts';

const publicClient = z.strictObject({ clientId: z.string().min(1) });
const path = z.string().min(1);

const clients = z.strictObject({
  dtc: identityClient.default({ clientId: 'kinpass-at-dtc', clientSecret: 'dtc-client-secret' }),
  dtcTv: publicClient.default({ clientId: 'tv-at-dtc' }),
  google: identityClient.default({
    clientId: '100000000001-web.apps.googleusercontent.com',
    clientSecret: 'google-client-secret',
  }),
  googleAndroid: publicClient.default({ clientId: '100000000001-android.apps.googleusercontent.com' }),
  googleIos: publicClient.default({ clientId: '100000000001-ios.apps.googleusercontent.com' }),
  googleTv: identityClient.default({
    clientId: '100000000001-tv.apps.googleusercontent.com',
    clientSecret: 'google-tv-client-secret',
  }),
  facebook: identityClient.default({ clientId: '482915060021734', clientSecret: 'facebook-app-secret' }),
  facebookDevice: z
    .strictObject({ clientToken: z.string().min(1) })
    .default({ clientToken: 'facebook-client-token' }),
  facebookOther: identityClient.default({
    clientId: '6660000000',
    clientSecret: 'other-facebook-app-secret',
  }),
  apple: z
    .strictObject({
      clientId: z.string().min(1).default('example.kinpass.signin'),
      teamId: z.string().min(1).default('KINPASS001'),
      keyId: z.string().min(1).default('SIMULATED1'),
      privateKey: z
        .string()
        .min(1)
        .exactOptional()
        .describe('PKCS #8 in PEM, P-256; by default a published test key'),
    })
    .prefault({}),
});

const receivers = z.strictObject({
  dtcBackchannelLogout: path.default('/backchannel/dtc'),
  googleRisc: path.default('/backchannel/google'),
  facebookDeauthorize: path.default('/backchannel/facebook/deauthorize'),
  facebookDataDeletion: path.default('/backchannel/facebook/data-deletion'),
  appleNotifications: path.default('/backchannel/apple'),
});

export const structure = z.strictObject({
  domain: z.hostname().default('viewers.example').describe("Domain of the users' e-mail addresses"),
  mvpds: z.array(mvpd).min(1).describe('TV providers'),
  serviceProviders: z.array(serviceProvider).min(1).describe('Brands'),
  apps: z.array(app).min(1),
  users: z.array(user).min(1),
  resources: z
    .array(z.string().min(1))
    .exactOptional()
    .describe(
      'All resources that any MVPD knows; by default the service providers and all subscribed resources',
    ),
  clients: clients.prefault({}).describe('Clients at the identity providers'),
  receivers: receivers
    .prefault({})
    .describe('Where the identity providers post events: URLs, or paths at the gateway'),
});

/** The file as written. */
export type WorldInput = z.input<typeof structure>;
/** With all static defaults applied. */
export type World = z.output<typeof structure>;
