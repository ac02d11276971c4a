import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';
import { adminAccess } from './admin.ts';
import { contrasts } from './contrast.ts';
import { environments } from './environments.ts';
import { homeRedirect } from './home-redirect.ts';
import { insecureOrigins } from './insecure-origins.ts';
import { kmsCredentials, masterKey } from './keys.ts';
import { listenerAddresses } from './listeners.ts';
import { mediaServers } from './media-servers.ts';
import { productionFaults } from './production.ts';
import { providerClients } from './provider-clients.ts';
import { redirectUris } from './redirect-uris.ts';
import { references } from './references.ts';
import { subjectClaims } from './subject-claims.ts';
import { trustedProxies } from './trusted-proxies.ts';
import { webhookKey } from './webhook-key.ts';

/** A rule across settings. It sees a draft: what is not valid by itself is undefined, and reported already. */
type Rule = (settings: Draft) => Finding[];

const rules: readonly Rule[] = [
  references,
  environments,
  subjectClaims,
  insecureOrigins,
  homeRedirect,
  trustedProxies,
  adminAccess,
  mediaServers,
  webhookKey,
  listenerAddresses,
  masterKey,
  kmsCredentials,
  providerClients,
  redirectUris,
  productionFaults,
  contrasts,
];

/** What is wrong across settings. Pure. */
export const crossChecks: Rule = (settings) => rules.flatMap((rule) => rule(settings));
