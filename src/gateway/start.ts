import type { AdmitSource } from '#src/families/source-limit';
import type { DeviceSignIns } from '#src/flows/device-sign-ins';
import { createFindClient } from '#src/flows/find-client';
import { createFollowStart } from '#src/flows/follow-start';
import { createStart } from '#src/flows/start';
import { createDomainOf } from '#src/flows/start-domain';
import { createStartJourney } from '#src/flows/start-journey';
import { createStartProfiles } from '#src/flows/start-profiles';
import { createStartProviders } from '#src/flows/start-providers';
import { createStartSessions, type StartSessions } from '#src/flows/start-sessions';
import { createStartSignIn } from '#src/flows/start-sign-in';
import { createTimeToPlay } from '#src/flows/time-to-play';
import { createWatchSignIn } from '#src/flows/watch-sign-in';
import type { Handler } from '#src/http/context';
import type { ReadDevice } from '#src/http/device';
import type { ReportDevice } from '#src/http/device-report';
import { createActionOf } from '#src/http/errors';
import { createHeartbeat } from '#src/http/heartbeat';
import type { CheckServiceProvider } from '#src/http/rest-request';
import { createStartHandler } from '#src/http/routes/start';
import { operations } from '#src/rest-v2/operations';
import type { Flows } from './flows.ts';
import type { Services } from './services.ts';

interface Parts {
  readonly flows: Pick<
    Flows,
    | 'flowOf'
    | 'readProfile'
    | 'findCode'
    | 'findKnownProfiles'
    | 'watches'
    | 'listProviders'
    | 'instanceCall'
    | 'registeredDomains'
  >;
  readonly deviceSignIns: DeviceSignIns;
  /** The limit of device authorizations. */
  readonly admitSource: AdmitSource;
  readonly checkServiceProvider: CheckServiceProvider;
  readonly readDevice: ReadDevice;
  readonly reportDevice: ReportDevice;
}

/** `POST /v1/sp/{serviceProvider}/start`. */
export const composeStart = (services: Services, parts: Parts): Handler => {
  const { config, runtime, families, directory, identifyCaller } = services;
  const { clock, endings } = runtime;
  const { flows, deviceSignIns, admitSource, ...http } = parts;
  const { instances, revocations } = families;
  const { waiters } = endings;
  const sessions = composeSessions(services, flows);
  return createStartHandler({
    ...http,
    identifyCaller,
    identifyAgain: endings.identifyAgain,
    generation: waiters.generation,
    findClient: createFindClient({ findApp: directory.findApp, instances, revocations }),
    publicOrigin: config.publicOrigin,
    beginJourney: createStartJourney({
      start: createStart({
        readProfiles: createStartProfiles({
          getProfiles: flows.flowOf(operations.getProfiles),
          findKnownProfiles: flows.findKnownProfiles,
        }),
        getProfile: flows.readProfile,
        sessions,
        listProviders: createStartProviders(flows),
        clock,
      }),
      startSignIn: createStartSignIn({ deviceSignIns, admitSource }),
      timeToPlay: createTimeToPlay({ clock, observed: runtime.metrics.playedAfter }),
    }),
    followStart: createFollowStart({
      watchSignIn: createWatchSignIn({ waiters, clock, interval: config.signIn.pollingInterval }),
      deviceSignIns,
      sessions,
      watchCode: flows.watches.watchCode,
      watchProfiles: flows.watches.watchProfiles,
      clock,
    }),
    clock,
    heartbeat: createHeartbeat({ clock }),
    actionOf: createActionOf(config.adobe),
  });
};

const composeSessions = ({ runtime, families }: Services, flows: Parts['flows']): StartSessions =>
  createStartSessions({
    createSession: flows.flowOf(operations.createSession),
    findCode: flows.findCode,
    domainOf: createDomainOf(flows),
    logins: families.mvpdLogins,
    lock: runtime.lock,
  });
