import { createAuthorize } from '#src/flows/authorize';
import { createCodeCall } from '#src/flows/code-call';
import { createCreateSession } from '#src/flows/create-session';
import { createFindExternalViewer } from '#src/flows/find-external-viewer';
import { createGetConfiguration } from '#src/flows/get-configuration';
import { createGetProfile } from '#src/flows/get-profile';
import { createGetProfileByCode } from '#src/flows/get-profile-by-code';
import { createGetProfiles } from '#src/flows/get-profiles';
import { createGetSession } from '#src/flows/get-session';
import { createIssueClientToken } from '#src/flows/issue-client-token';
import { createLocateAuthentication } from '#src/flows/locate-authentication';
import { createLogOut } from '#src/flows/log-out';
import { createMintServiceToken } from '#src/flows/mint-service-token';
import { createPreauthorize } from '#src/flows/preauthorize';
import { createRegisterInstance } from '#src/flows/register-instance';
import { createResumeSession } from '#src/flows/resume-session';
import { createInstanceCall, createViewerCall } from '#src/flows/viewer-call';
import { createWatchCode } from '#src/flows/watch-code';
import type { Ground } from './ground.ts';

/** What happens when an app asks for something. */
export const createFlows = ({ config, on, adobe, families, externalTokens, forgetServiceTokens }: Ground) => {
  const instanceCall = createInstanceCall(families);
  const viewerCall = createViewerCall({
    instanceCall,
    findExternalViewer: createFindExternalViewer({
      ...families,
      externalTokens,
      adopt: on.stores.credentials.adopt,
      identityProviders: config.identityProviders,
    }),
    mintServiceToken: createMintServiceToken({ ...families, ...on }),
  });
  const codeCall = createCodeCall(families);
  const { codes } = families;
  const getProfileByCode = createGetProfileByCode({ codeCall, adobe });
  return {
    getConfiguration: createGetConfiguration({ instanceCall, adobe }),
    createSession: createCreateSession({ viewerCall, adobe, codes }),
    resumeSession: createResumeSession({ codeCall, adobe, codes }),
    getSession: createGetSession({ codeCall, adobe }),
    locateAuthentication: createLocateAuthentication({ adobe }),
    getProfiles: createGetProfiles({ viewerCall, adobe }),
    getProfile: createGetProfile({ viewerCall, adobe }),
    getProfileByCode,
    watchCode: createWatchCode({ codes, getProfileByCode, clock: on.clock }),
    preauthorize: createPreauthorize({ viewerCall, adobe }),
    authorize: createAuthorize({ viewerCall, adobe }),
    logOut: createLogOut({ viewerCall, forgetServiceTokens, adobe }),
    registerInstance: createRegisterInstance({ apps: config.apps, instances: families.instances }),
    issueClientToken: createIssueClientToken(families),
  };
};
