import { createAskAdobeWhy } from '#src/flows/ask-adobe-why';
import { createExplainInstance } from '#src/flows/explain-instance';
import { createExplainSharing, type ExplainSharing } from '#src/flows/explain-sharing';
import { createInstanceCall, createViewerCall } from '#src/flows/viewer-call';
import { composeViewers } from './flows.ts';
import type { Services } from './services.ts';

/** Why an app finds no profile: for viewers. */
export const composeExplainSharing = (services: Services): ExplainSharing => {
  const { config, runtime, adobe, families } = services;
  const { credentials, instances, foundProfiles } = families;
  const viewers = composeViewers(services);
  const viewerCall = createViewerCall({ ...viewers, instanceCall: createInstanceCall({ credentials }) });
  const domains = new Map(
    config.adobe.registeredDomains.serviceProviders.map((one) => [one.id, one.domains] as const),
  );
  return createExplainSharing({
    ...viewers,
    apps: config.apps,
    askAdobeWhy: createAskAdobeWhy({ viewerCall, callAdobe: adobe.call }),
    foundProfiles,
    keyRing: runtime.keyRing,
    credentials: runtime.stores.credentials,
    instances,
    listedDomains: (serviceProvider) => domains.get(serviceProvider),
    clock: runtime.clock,
  });
};

/** The same for support. */
export const composeExplainInstance = (services: Services) => {
  const { families, directory } = services;
  const { instances, accounts, foundProfiles } = families;
  const explainSharing = composeExplainSharing(services);
  return createExplainInstance({ ...directory, explainSharing, instances, accounts, foundProfiles });
};
