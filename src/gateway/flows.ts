import type { CallAdobe } from '#src/adobe-pass/client';
import { createGuessBudget } from '#src/families/guess-budget';
import { type AdmitCode, createAdmitCode } from '#src/flows/admit-code';
import { createCallOperation, type OperationFlow } from '#src/flows/call-operation';
import { createCodeCall } from '#src/flows/code-call';
import { createCodePolls } from '#src/flows/code-polls';
import { createCreateSession } from '#src/flows/create-session';
import { createFindCode } from '#src/flows/find-code';
import { createFindExternalViewer } from '#src/flows/find-external-viewer';
import { createIssueClientToken } from '#src/flows/issue-client-token';
import { createLocateAuthentication } from '#src/flows/locate-authentication';
import { createLogOut } from '#src/flows/log-out';
import { createMintServiceToken } from '#src/flows/mint-service-token';
import { createPollCode } from '#src/flows/poll-code';
import { createRegisterInstance } from '#src/flows/register-instance';
import { createResumeSession } from '#src/flows/resume-session';
import { createInstanceCall, createViewerCall } from '#src/flows/viewer-call';
import { createWatchCode } from '#src/flows/watch-code';
import { createLru } from '#src/lib/lru';
import type { Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import type { Services } from './services.ts';

/** The use cases of the public listener. */
export const createFlows = (services: Services) => {
  const { config, runtime, adobe, families } = services;
  const { clientTokens, credentials, instances, revocations } = families;
  const { clock, endings, stores, softState, metrics } = runtime;
  const findCode = createFindCode(families);
  const admitCode = createAdmitCode({
    findCode,
    guessBudget: createGuessBudget({
      counters: stores.counters,
      clock,
      codes: 'authentication-code',
      exceeded: 'gateway_code_attempts_exceeded',
      wrongCode: () => metrics.wrongCode({ codes: 'authentication-code' }),
    }),
    named: createLru<true>(10_000),
  });
  const flowOf = createFlowOf(services, admitCode);
  return {
    flowOf,
    watchCode: createWatchCode({
      admitCode,
      findCode,
      pollCode: createPollCode({ findCode, credentials, callAdobe: adobe.call }),
      getProfileByCode: flowOf(operations.getProfileByCode),
      polls: createCodePolls({ polls: softState.polls, clock }),
      waiters: endings.waiters,
      clock,
    }),
    locateAuthentication: createLocateAuthentication({ adobe }),
    registerInstance: createRegisterInstance({ apps: config.apps, instances }),
    issueClientToken: createIssueClientToken({ instances, revocations, clientTokens }),
  };
};

/** The flow of an operation: the one named here where something else happens, else the call its row describes. */
const createFlowOf = (
  services: Services,
  admitCode: AdmitCode,
): ((operation: Operation) => OperationFlow) => {
  const { adobe, families, forgetServiceTokens } = services;
  const { codes, credentials } = families;
  const callAdobe: CallAdobe = adobe.call;
  const instanceCall = createInstanceCall({ credentials });
  const viewerCall = composeViewerCall(services, instanceCall);
  const codeCall = createCodeCall({ admitCode, credentials });
  const callOperation = createCallOperation({
    callAs: { viewer: viewerCall, instance: instanceCall, code: codeCall },
    callAdobe,
  });
  const special: Readonly<Record<string, OperationFlow>> = {
    [operations.createSession.name]: createCreateSession({ viewerCall, callAdobe, codes }),
    [operations.resumeSession.name]: createResumeSession({ codeCall, callAdobe, codes }),
    [operations.logOut.name]: createLogOut({ viewerCall, forgetServiceTokens, callAdobe }),
  };
  return (operation) => special[operation.name] ?? callOperation(operation);
};

const composeViewerCall = (
  { config, runtime, families, externalTokens, knownCallers }: Services,
  instanceCall: ReturnType<typeof createInstanceCall>,
) => {
  const { accounts, revocations, findSubject } = families;
  const { stores, clock, issueServiceToken, endings } = runtime;
  return createViewerCall({
    instanceCall,
    findExternalViewer: createFindExternalViewer({
      externalTokens,
      accounts,
      revocations,
      adopt: (instance, viewer) => stores.credentials.adopt(instance, viewer, clock.now()),
      identityProviders: config.identityProviders,
    }),
    mintServiceToken: createMintServiceToken({
      revocations,
      findSubject,
      issueServiceToken,
      changes: { generation: knownCallers.generation, isUpToDate: endings.isUpToDate },
    }),
  });
};
