import type { CallAdobe } from '#src/adobe-pass/client';
import { createHoldToDomains, holdToNothing } from '#src/flows/hold-to-domains';
import { createLogOutEverywhere, createPlanLogout } from '#src/flows/log-out-everywhere';
import type { RegisteredDomains } from '#src/flows/registered-domains';
import type { ViewerCall } from '#src/flows/viewer-call';
import type { Services } from './services.ts';

interface Parts {
  readonly viewerCall: ViewerCall;
  readonly callAdobe: CallAdobe;
  readonly registeredDomains: RegisteredDomains;
}

/** Logout beyond one profile. */
export const composeLoggingOut = (
  services: Services,
  { viewerCall, callAdobe, registeredDomains }: Parts,
) => {
  const { config, runtime, families, noteProfiles, forgetServiceTokens, signIns } = services;
  const { clock, stores } = runtime;
  const { foundProfiles } = families;
  const held = config.adobe.registeredDomains.enforced
    ? createHoldToDomains(registeredDomains)
    : holdToNothing;
  return {
    planLogout: createPlanLogout({ foundProfiles, clock }),
    logOutEverywhere: createLogOutEverywhere({
      viewerCall,
      callAdobe: held.call(callAdobe),
      foundProfiles,
      noteProfiles,
      credentials: stores.credentials,
      forgetServiceTokens,
      findSignIn: families.instances.findSignIn,
      endSignIn: signIns.endSignIn,
      clock,
    }),
  };
};
