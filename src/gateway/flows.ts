import type { CallAdobe } from '#src/adobe-pass/client';
import { environmentsOf } from '#src/config/environments';
import { createGuessBudget } from '#src/families/guess-budget';
import { createTrialIdentityOf } from '#src/families/trial-identity';
import { type AdmitCode, createAdmitCode } from '#src/flows/admit-code';
import { createBeginMvpdLogin } from '#src/flows/begin-mvpd-login';
import { createBrowse } from '#src/flows/browse';
import { createCallOperation, type OperationFlow } from '#src/flows/call-operation';
import { createCanReturnTo } from '#src/flows/can-return-to';
import { createCheckingCall } from '#src/flows/check-media-token';
import { createCodeCall } from '#src/flows/code-call';
import { type CodePolls, createCodePolls } from '#src/flows/code-polls';
import { countDenials } from '#src/flows/count-denials';
import { createCreateSession } from '#src/flows/create-session';
import { createEndProfiles } from '#src/flows/end-profiles';
import { createFindCode, type FindCode } from '#src/flows/find-code';
import { createFindExternalViewer } from '#src/flows/find-external-viewer';
import { createFindLiveLogin } from '#src/flows/find-live-login';
import { createFindMvpdLogin } from '#src/flows/find-mvpd-login';
import { createFindSignedIn } from '#src/flows/find-signed-in';
import type { GovernDecisions } from '#src/flows/govern-decisions';
import { createHoldAnswer, type Watch } from '#src/flows/hold-answer';
import { createHoldToDomains, holdToNothing } from '#src/flows/hold-to-domains';
import { createIssueClientToken } from '#src/flows/issue-client-token';
import { createKnownProfiles } from '#src/flows/known-profiles';
import { createLearnDomains } from '#src/flows/learn-domains';
import { createListProviders, type ListProviders } from '#src/flows/list-providers';
import { createLocateAdobe } from '#src/flows/locate-adobe';
import { createLogInForDevice } from '#src/flows/log-in-for-device';
import { createLogOut } from '#src/flows/log-out';
import { createMintServiceToken } from '#src/flows/mint-service-token';
import { noteRefusals } from '#src/flows/note-refusals';
import { createDecidePlay } from '#src/flows/play';
import { createPollCode, type PollCode } from '#src/flows/poll-code';
import { createPreauthorize } from '#src/flows/preauthorize';
import { createPreauthorizeAll, type PreauthorizeAll } from '#src/flows/preauthorize-all';
import { createReadCode } from '#src/flows/read-code';
import { createReadConfiguration } from '#src/flows/read-configuration';
import { createReadProfiles } from '#src/flows/read-profiles';
import { createReadUserMetadata } from '#src/flows/read-user-metadata';
import { createRegisterInstance } from '#src/flows/register-instance';
import { createRegisteredDomains, type RegisteredDomains } from '#src/flows/registered-domains';
import { createResumeSession } from '#src/flows/resume-session';
import { createSplitPreauthorization } from '#src/flows/split-preauthorization';
import { forgetLogin } from '#src/flows/start-sessions';
import { createTrialCall } from '#src/flows/trial-call';
import { createInstanceCall, createViewerCall, type ViewerCall } from '#src/flows/viewer-call';
import { createWatchCode } from '#src/flows/watch-code';
import { watchEffects } from '#src/flows/watch-effects';
import { createWatchProfile } from '#src/flows/watch-profile';
import { createLru } from '#src/lib/lru';
import { currentFacts } from '#src/observability/context';
import { noteDenial } from '#src/observability/request-facts';
import type { Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import { composeGovernDecisions } from './business-rules.ts';
import { composeLoggingOut } from './logging-out.ts';
import { composeSecondScreen } from './second-screen.ts';
import type { Services } from './services.ts';

/** The use cases of the public listener. */
export const createFlows = (services: Services) => {
  const { config, adobe, families, knownAnswers, noteProfiles } = services;
  const callAdobe = watchEffects({
    callAdobe: composeCallAdobe(services),
    knownAnswers,
    updatedByPermit: new Set(config.userMetadata.updatedByPermit),
  });
  const { clientTokens, credentials, instances, revocations } = families;
  const findCode = createFindCode(families);
  const admitCode = composeAdmitCode(services, findCode);
  const instanceCall = createInstanceCall({ credentials });
  const viewerCall = composeViewerCall(services, instanceCall);
  const preauthorizeAll = createPreauthorizeAll({
    viewerCall,
    preauthorizeInParts: adobe.preauthorizeInParts,
    knownAnswers,
  });
  const registeredDomains = composeRegisteredDomains(services);
  const readProfiles = createReadProfiles({ viewerCall, callAdobe, knownAnswers, noteProfiles });
  const govern = composeGovernDecisions(services, {
    viewerCall,
    readProfile: readProfiles(operations.getProfile),
  });
  const flowOf = createFlowOf(services, {
    govern,
    readProfiles,
    admitCode,
    callAdobe,
    instanceCall,
    viewerCall,
    preauthorizeAll,
    registeredDomains,
  });
  const polls = composePolls(services);
  const pollCode = createPollCode({ findCode, credentials, callAdobe, noteProfiles });
  const watches = composeWatches(services, { admitCode, findCode, flowOf, pollCode, polls });
  const locateAdobe = createLocateAdobe({ environments: environmentsOf(config), codes: families.codes });
  const listProviders = createListProviders({ callAdobe, knownAnswers, settings: config.picker });
  return {
    flowOf,
    listProviders,
    secondScreen: composeSecondScreen(services, {
      callAdobe,
      domains: registeredDomains,
      findCode,
      listProviders,
      locateAdobe,
      pollCode,
      polls,
    }),
    logInForDevice: composeLogInForDevice(services, {
      flowOf,
      watchCode: watches.watchCode,
      instanceCall,
      registeredDomains,
      listProviders,
    }),
    ...composeOwn(services, { viewerCall, callAdobe, govern }),
    findKnownProfiles: createKnownProfiles({ viewerCall, knownAnswers }),
    ...composeLoggingOut(services, { viewerCall, callAdobe, registeredDomains }),
    watches,
    findCode,
    instanceCall,
    registeredDomains,
    locateAdobe,
    registerInstance: createRegisterInstance({ apps: config.apps, instances }),
    issueClientToken: createIssueClientToken({ instances, revocations, clientTokens }),
  };
};

export type Flows = ReturnType<typeof createFlows>;

/** What the gateway's own API asks about one MVPD: a promotional TempPass is told who the viewer is. */
const composeOwn = (
  { config, runtime, adobe, families, knownAnswers, noteProfiles, decryptAttribute }: Services,
  { callAdobe, govern, ...parts }: Pick<Parts, 'viewerCall' | 'callAdobe' | 'govern'>,
) => {
  const { preauthorizeInParts } = adobe;
  const viewerCall = createTrialCall({
    viewerCall: parts.viewerCall,
    trialIdentityOf: createTrialIdentityOf({
      accounts: runtime.stores.accounts,
      findSubject: families.findSubject,
      promotional: config.tempPass.promotional,
    }),
  });
  const preauthorizeAll = createPreauthorizeAll({ viewerCall, preauthorizeInParts, knownAnswers });
  const authorize: OperationFlow = (request) =>
    viewerCall(request, (call) => callAdobe(operations.authorize, call, request.input));
  const readProfiles = createReadProfiles({ viewerCall, callAdobe, knownAnswers, noteProfiles });
  const readProfile = readProfiles(operations.getProfile);
  return {
    readProfile,
    browse: createBrowse({ preauthorizeAll: govern.preauthorizeAll(preauthorizeAll) }),
    decidePlay: createDecidePlay({
      authorize: govern.operation(authorize, { isPlay: true }),
      upgrades: config.decisions.upgrades,
    }),
    readUserMetadata: createReadUserMetadata({
      readProfile,
      decryptAttribute,
      couldNotDecrypt: (attribute) => runtime.metrics.userMetadataUnreadable({ attribute }),
    }),
  };
};

const composeAdmitCode = ({ runtime }: Services, findCode: FindCode): AdmitCode => {
  const { clock, stores, metrics } = runtime;
  return createAdmitCode({
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
};

/** Adobe, with its denials counted, and with the check of media tokens where there is a key for it. */
const composeCallAdobe = ({ config, runtime, adobe, mediaTokens }: Services): CallAdobe => {
  const { log, metrics } = runtime;
  const denied = (reason: string): void => {
    metrics.denied(reason);
    const facts = currentFacts();
    if (facts) noteDenial(facts, { code: reason });
  };
  const callAdobe = noteRefusals(countDenials(adobe.call, denied));
  if (!mediaTokens) return callAdobe;
  return createCheckingCall(callAdobe, {
    verifyMediaToken: mediaTokens.check,
    enforce: config.mediaTokens.enforce,
    log,
    checked: (status) => metrics.mediaToken({ server: '', status }),
  });
};

/** What may be held back until there is a profile. */
const composeWatches = (
  { runtime }: Services,
  { admitCode, findCode, flowOf, pollCode, polls }: WatchParts,
): {
  readonly watchCode: Watch;
  /** Waits for any profile. */
  readonly watchProfiles: Watch;
  readonly byOperation: Readonly<Record<string, Watch>>;
} => {
  const { clock, endings } = runtime;
  const { waiters } = endings;
  const holdAnswer = createHoldAnswer({ waiters, clock });
  const watchCode = createWatchCode({
    admitCode,
    findCode,
    pollCode,
    getProfileByCode: flowOf(operations.getProfileByCode),
    polls,
    waiters,
    holdAnswer,
  });
  const watchProfile = (operation: Operation): Watch => {
    const read = flowOf(operation);
    return createWatchProfile({
      getProfile: (request) => read({ ...request, isFresh: true }),
      polls,
      holdAnswer,
    });
  };
  const byOperation = {
    [operations.getProfileByCode.name]: watchCode,
    [operations.getProfile.name]: watchProfile(operations.getProfile),
  };
  return { watchCode, watchProfiles: watchProfile(operations.getProfiles), byOperation };
};

interface DeviceParts {
  flowOf(operation: Operation): OperationFlow;
  readonly watchCode: Watch;
  readonly instanceCall: ViewerCall;
  readonly registeredDomains: RegisteredDomains;
  readonly listProviders: ListProviders;
}

/** The login at a TV provider in the browser that approved a device. */
const composeLogInForDevice = (
  { runtime, families, directory, signIns }: Services,
  { flowOf, watchCode, instanceCall, registeredDomains, listProviders }: DeviceParts,
) => {
  const { endings, lock } = runtime;
  const { mvpdLogins: logins } = families;
  const findLiveLogin = createFindLiveLogin({ logins, watchCode, waiters: endings.waiters });
  const readProfiles = flowOf(operations.getProfiles);
  const createSession = flowOf(operations.createSession);
  return createLogInForDevice({
    findSignedIn: createFindSignedIn({ ...families, ...directory, checkSignIn: signIns.checkSignIn }),
    findMvpdLogin: createFindMvpdLogin({ findLiveLogin, readProfiles }),
    beginMvpdLogin: createBeginMvpdLogin({ findLiveLogin, createSession, logins, lock }),
    canReturnTo: createCanReturnTo({ instanceCall, registeredDomains }),
    listProviders,
    instanceCall,
  });
};

const composePolls = ({ config, runtime }: Services): CodePolls => {
  const { clock, ids, softState } = runtime;
  const { perSecond } = config.adobe.throttle;
  return createCodePolls({ polls: softState.polls, perSecond, clock, ids });
};

interface WatchParts {
  readonly pollCode: PollCode;
  readonly polls: CodePolls;
  readonly admitCode: AdmitCode;
  readonly findCode: FindCode;
  flowOf(operation: Operation): OperationFlow;
}

interface Parts {
  readonly govern: GovernDecisions;
  readonly readProfiles: ReturnType<typeof createReadProfiles>;
  readonly admitCode: AdmitCode;
  readonly callAdobe: CallAdobe;
  readonly instanceCall: ViewerCall;
  readonly viewerCall: ViewerCall;
  readonly preauthorizeAll: PreauthorizeAll;
  readonly registeredDomains: RegisteredDomains;
}

/** The flow of an operation: the one named here where something else happens, else the call its row describes. */
const createFlowOf = (services: Services, parts: Parts): ((operation: Operation) => OperationFlow) => {
  const { admitCode, callAdobe, instanceCall, viewerCall, registeredDomains, readProfiles, govern } = parts;
  const { families, forgetServiceTokens, knownAnswers, noteProfiles } = services;
  const { codes, credentials } = families;
  const codeCall = createCodeCall({ admitCode, credentials });
  const callOperation = createCallOperation({
    callAs: { viewer: viewerCall, instance: instanceCall, code: codeCall },
    callAdobe,
  });
  const { foundProfiles } = families;
  const endProfiles = createEndProfiles({ foundProfiles, noteProfiles, log: services.runtime.log });
  const { enforced } = services.config.adobe.registeredDomains;
  const held = enforced ? createHoldToDomains(registeredDomains) : holdToNothing;
  const heldCall = held.call(callAdobe);
  const createSession = (operation: Operation, callAs: ViewerCall): OperationFlow =>
    held.first(createCreateSession({ operation, callAs, callAdobe: heldCall, codes }));
  const preauthorize = createSplitPreauthorization({
    preauthorizeAll: parts.preauthorizeAll,
    preauthorize: createPreauthorize({ viewerCall, callAdobe, knownAnswers }),
  });
  const special: Readonly<Record<string, OperationFlow>> = {
    [operations.configuration.name]: createReadConfiguration({
      operation: operations.configuration,
      readConfiguration: callOperation(operations.configuration),
      knownAnswers,
      picker: services.config.picker,
    }),
    [operations.getProfiles.name]: readProfiles(operations.getProfiles),
    [operations.getProfile.name]: readProfiles(operations.getProfile),
    [operations.createSession.name]: createSession(operations.createSession, viewerCall),
    [operations.createPartnerSession.name]: createSession(operations.createPartnerSession, instanceCall),
    [operations.resumeSession.name]: createResumeSession({ codeCall, callAdobe: heldCall, codes }),
    [operations.getProfileByCode.name]: createReadCode({ codeCall, callAdobe, noteProfiles }),
    [operations.preauthorize.name]: govern.operation(preauthorize, { isPlay: false }),
    [operations.authorize.name]: govern.operation(callOperation(operations.authorize), { isPlay: true }),
    [operations.logOut.name]: held.first(
      forgetLogin(
        families,
        createLogOut({ viewerCall, forgetServiceTokens, endProfiles, callAdobe: heldCall }),
      ),
    ),
  };
  return (operation) => special[operation.name] ?? callOperation(operation);
};

const composeRegisteredDomains = ({ config, runtime, adobe }: Services): RegisteredDomains => {
  const { keptFor, serviceProviders } = config.adobe.registeredDomains;
  const { clock, stores, log } = runtime;
  const learnDomains = createLearnDomains({
    callAdobe: adobe.call,
    records: stores.records,
    clock,
    keptFor,
  });
  return createRegisteredDomains({ listed: serviceProviders, learnDomains, clock, log });
};

const composeViewerCall = (services: Services, instanceCall: ReturnType<typeof createInstanceCall>) =>
  createViewerCall({ instanceCall, ...composeViewers(services) });

/** Whom a call is made for, and their service token. */
export const composeViewers = ({
  config,
  runtime,
  families,
  externalTokens,
  knownCallers,
}: Services): Pick<Parameters<typeof createViewerCall>[0], 'findExternalViewer' | 'mintServiceToken'> => {
  const { accounts, revocations, findSubject } = families;
  const { stores, clock, issueServiceToken, endings } = runtime;
  return {
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
  };
};
