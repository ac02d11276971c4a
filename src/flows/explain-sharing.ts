import type { AppConfig } from '#src/config/schema';
import type { FoundProfile, FoundProfiles } from '#src/families/found-profiles';
import { statementHashOf } from '#src/families/statement-of';
import { tokenFactsOf } from '#src/families/token-facts';
import type { Clock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { KeyRing } from '#src/signing-keys/ports';
import type { CredentialPair, Instance } from '#src/stores/ports';
import type { AskAdobeWhy } from './ask-adobe-why.ts';
import { type Caller, holderOf, type RestRequest } from './caller.ts';
import type { ExternalViewer, FindExternalViewer } from './find-external-viewer.ts';
import { judgeSharing, type Sharing } from './judge-sharing.ts';
import type { MintServiceToken } from './mint-service-token.ts';
import type { SharingFacts } from './sharing-facts.ts';

interface Deps {
  readonly apps: readonly AppConfig[];
  readonly askAdobeWhy: AskAdobeWhy;
  readonly findExternalViewer: FindExternalViewer;
  readonly foundProfiles: Pick<FoundProfiles, 'list'>;
  readonly mintServiceToken: MintServiceToken;
  readonly keyRing: Pick<KeyRing, 'signing' | 'find'>;
  readonly credentials: {
    find(key: { instance: string; holder: string }): Promise<CredentialPair | undefined>;
  };
  readonly instances: { find(id: string): Promise<Instance | undefined> };
  /** The settings, which take precedence over what Adobe tells. */
  listedDomains(serviceProvider: string): readonly string[] | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

interface Question {
  readonly mvpd?: string | undefined;
  /** Of the app's pages; what the settings of the app name, if absent. */
  readonly domainName?: string | undefined;
}

export type ExplainSharing = (
  request: Pick<RestRequest, 'caller' | 'serviceProvider' | 'suppliedToken' | 'signal'> & {
    /** Absent if there is none to ask Adobe for. */
    readonly device: RestRequest['device'] | undefined;
  },
  question: Question,
) => Promise<Sharing & { readonly mvpd?: string }>;

/**
 * Why an app finds no TV-provider profile of its viewer: by what the gateway knows, then by what Adobe answers, then by what differs
 * from the viewer's own login. Nothing of another account is read. Errors: those of the viewer call that concern the viewer.
 */
export const createExplainSharing = (deps: Deps): ExplainSharing => {
  const { foundProfiles, askAdobeWhy, findExternalViewer, clock } = deps;
  const gather = createGather(deps);
  return async (request, { mvpd: asked, domainName }) => {
    const { device, serviceProvider } = request;
    const external = await findExternalViewer(request);
    const caller = external
      ? { ...request.caller, viewer: external.account.id, account: external.account }
      : request.caller;
    const logins = caller.viewer === undefined ? [] : await foundProfiles.list(caller.viewer);
    const login = latestOf(logins, asked);
    const mvpd = asked ?? login?.mvpd;
    const here: SharingFacts = {
      ...(await gather({ ...request, caller, external, login, domainName })),
      now: clock.now(),
      serviceProvider,
      mvpd,
      login,
      adobe: undefined,
    };
    const first = judgeSharing(here);
    const told = mvpd === undefined ? {} : { mvpd };
    if (first.finding !== undefined || !device) return { ...first, ...told };
    const adobe = await askAdobeWhy({ ...request, device, input: {} }, mvpd);
    const registeredDomains = here.registeredDomains ?? adobe.domains;
    return { ...judgeSharing({ ...here, adobe, registeredDomains }), ...told };
  };
};

/** The login that an app should find: one that nobody ended before others, the login itself before what it was found as. */
const latestOf = (logins: readonly FoundProfile[], mvpd: string | undefined): FoundProfile | undefined =>
  logins
    .filter((one) => mvpd === undefined || one.mvpd === mvpd)
    .sort(
      (a, b) =>
        Number(a.ended !== undefined) - Number(b.ended !== undefined) ||
        Number(b.type === 'regular') - Number(a.type === 'regular') ||
        b.foundAt - a.foundAt,
    )[0];

type Gathering = Pick<RestRequest, 'caller' | 'serviceProvider'> & {
  readonly device: RestRequest['device'] | undefined;
  readonly external: ExternalViewer | undefined;
  readonly login: FoundProfile | undefined;
  readonly domainName: string | undefined;
};

type Gathered = Omit<SharingFacts, 'now' | 'serviceProvider' | 'mvpd' | 'login' | 'adobe'>;

const createGather = (deps: Deps) => {
  const { apps, keyRing, listedDomains } = deps;
  const tokenOf = createTokenOf(deps);
  const loginNowOf = createLoginNowOf(deps);
  return async ({
    caller,
    device,
    serviceProvider,
    external,
    login,
    domainName,
  }: Gathering): Promise<Gathered> => {
    const { app, family, instance, viewer } = caller;
    const kid = keyRing.signing()?.kid;
    const ofFamily = apps.filter((one) => one.family === family.id);
    return {
      isSignedIn: viewer !== undefined,
      app: {
        id: app.id,
        serviceProviders: app.serviceProviders,
        domains: domainName === undefined ? app.redirectDomains : [domainName],
      },
      family: { id: family.id, serviceProviders: ofFamily.flatMap((one) => one.serviceProviders) },
      device: {
        bound: instance.device,
        sent: device?.identifier === undefined ? undefined : fingerprint(device.identifier),
      },
      key: kid === undefined ? undefined : { kid, isAcknowledged: keyRing.find(kid)?.acknowledged ?? false },
      token: await tokenOf(caller, external?.token),
      loginNow: await loginNowOf(caller, login),
      registeredDomains: listedDomains(serviceProvider),
    };
  };
};

const createTokenOf =
  ({ mintServiceToken }: Deps) =>
  async (
    { family, account, instance }: Caller,
    supplied: string | undefined,
  ): Promise<SharingFacts['token']> => {
    if (supplied !== undefined || !account) return tokenFactsOf(supplied);
    try {
      return tokenFactsOf(await mintServiceToken({ family, account, instance: instance.id }));
    } catch (error) {
      if (error instanceof KinpassError && error.status === 503) return { unavailable: error.code };
      throw error;
    }
  };

/** The instance of the viewer's own login, as it is now. */
const createLoginNowOf =
  ({ apps, credentials, instances }: Deps) =>
  async (caller: Caller, login: FoundProfile | undefined): Promise<SharingFacts['loginNow']> => {
    if (!login) return { credentials: undefined, statement: undefined };
    const holder = holderOf(caller) ?? '';
    const [pair, instance] = await Promise.all([
      credentials.find({ instance: login.instance, holder }),
      instances.find(login.instance),
    ]);
    const app = apps.find(({ id }) => id === login.app);
    return {
      credentials: pair?.id,
      statement: app && instance ? statementHashOf(app, instance) : undefined,
    };
  };
