/**
 * Settings and the files of the keys folder. This folder owns what a setting means (defaults, checks and documentation
 * all come from this schema), where it comes from, and how secrets are kept on disk. It must not know what the
 * settings are used for.
 */
import { z } from 'zod';
import { adobeSchema } from './schema/adobe.ts';
import { appSchema } from './schema/apps.ts';
import { cachesSchema } from './schema/caches.ts';
import { decisionsSchema } from './schema/decisions.ts';
import { familySchema } from './schema/families.ts';
import { homeSchema } from './schema/home.ts';
import { identityProviderSchema } from './schema/identity-providers.ts';
import { keysSchema } from './schema/keys.ts';
import { knownAnswersSchema } from './schema/known-answers.ts';
import { adminSchema, publicSchema, shutdownSchema } from './schema/listeners.ts';
import { mediaTokensSchema } from './schema/media-tokens.ts';
import { pickerSchema } from './schema/picker.ts';
import { resourcesSchema } from './schema/resources.ts';
import { sharedSchema } from './schema/shared.ts';
import { limitsSchema, overloadSchema, signInSchema } from './schema/sign-in.ts';
import { storeSchema, sweepSchema } from './schema/stores.ts';
import { tempPassSchema } from './schema/temp-pass.ts';
import { tracesSchema } from './schema/traces.ts';
import { userMetadataSchema } from './schema/user-metadata.ts';
import { rootOrigin, text } from './values.ts';

export type { AppConfig } from './schema/apps.ts';
export type { FamilyConfig } from './schema/families.ts';
export type { IdentityProviderConfig } from './schema/identity-providers.ts';

export const configSchema = z.strictObject({
  production: z.boolean().default(false).describe('Refuse to start with settings meant for development'),
  publicOrigin: rootOrigin
    .prefault('http://localhost:8080')
    .describe('Origin at which apps and browsers reach the gateway; also its issuer'),
  public: publicSchema,
  admin: adminSchema,
  shutdown: shutdownSchema,
  trustedProxies: z
    .array(text)
    .default([])
    .describe(
      'Addresses and networks (CIDR) of proxies, which are trusted to tell the address of a client (public.clientAddress)',
    ),
  insecureHttp: z
    .boolean()
    .default(false)
    .describe('Allow plain http for the public origin, Adobe and identity providers'),
  keys: keysSchema,
  store: storeSchema,
  shared: sharedSchema,
  sweep: sweepSchema,
  log: z
    .strictObject({
      level: z
        .enum(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Lines below this level are not written'),
    })
    .prefault({}),
  adobe: adobeSchema,
  signIn: signInSchema,
  limits: limitsSchema,
  overload: overloadSchema,
  caches: cachesSchema,
  traces: tracesSchema,
  decisions: decisionsSchema,
  knownAnswers: knownAnswersSchema,
  mediaTokens: mediaTokensSchema,
  picker: pickerSchema,
  resources: resourcesSchema,
  tempPass: tempPassSchema,
  userMetadata: userMetadataSchema,
  home: homeSchema,
  identityProviders: z.array(identityProviderSchema).min(1).describe('Where viewers sign in'),
  families: z.array(familySchema).min(1).describe('Apps that share sign-in and TV-provider profiles'),
  apps: z.array(appSchema).min(1).describe('Apps that may call the gateway'),
});

export type ConfigInput = z.input<typeof configSchema>;
export type Config = z.output<typeof configSchema>;
export type KeySettings = Config['keys'];
