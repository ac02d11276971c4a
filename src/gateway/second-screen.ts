import { createSecretKey } from 'node:crypto';
import type { CallAdobe } from '#src/adobe-pass/client';
import type { SecondScreenFlows } from '#src/authorization-server/second-screen/flows';
import { type ActivationLinks, createActivationLinks } from '#src/flows/activation-links';
import { createAwaitCodeProfile } from '#src/flows/await-code-profile';
import { createCallAsCreator } from '#src/flows/call-as-creator';
import { createChooseForCode } from '#src/flows/choose-for-code';
import type { CodePolls } from '#src/flows/code-polls';
import type { FindCode } from '#src/flows/find-code';
import { createFindTypedCode } from '#src/flows/find-typed-code';
import { createListForCode } from '#src/flows/list-for-code';
import type { ListProviders } from '#src/flows/list-providers';
import type { LocateAdobe } from '#src/flows/locate-adobe';
import type { PollCode } from '#src/flows/poll-code';
import { createReadOpenSession, whyGone } from '#src/flows/read-open-session';
import type { RegisteredDomains } from '#src/flows/registered-domains';
import type { Services } from './services.ts';

interface Parts {
  readonly callAdobe: CallAdobe;
  readonly domains: RegisteredDomains;
  readonly findCode: FindCode;
  readonly listProviders: ListProviders;
  readonly locateAdobe: Pick<LocateAdobe, 'authenticateUrl'>;
  readonly pollCode: PollCode;
  readonly polls: CodePolls;
}

/** What the pages for codes of apps that speak plain REST V2 do, and the links that lead there. */
export const composeSecondScreen = (
  services: Services,
  { callAdobe, domains, findCode, listProviders, locateAdobe, pollCode, polls }: Parts,
): SecondScreenFlows & { readonly links: ActivationLinks } => {
  const { config, runtime, families, directory } = services;
  const { clock, log } = runtime;
  const { codes, credentials, instances } = families;
  const callAsCreator = createCallAsCreator({ findCode, credentials });
  const appOf = async (id: string) => {
    const instance = await instances.find(id);
    return instance && directory.findApp(instance.app);
  };
  const serviceProvidersOf = (family: string) => [
    ...new Set(
      config.apps.filter((app) => app.family === family).flatMap(({ serviceProviders }) => serviceProviders),
    ),
  ];
  return {
    links: composeLinks(services),
    findTypedCode: createFindTypedCode({ findCode, serviceProvidersOf }),
    readOpenSession: createReadOpenSession({ callAsCreator, callAdobe, codes }),
    listForCode: createListForCode({ callAsCreator, listProviders, appOf }),
    chooseForCode: createChooseForCode({ callAsCreator, callAdobe, codes, domains, log }),
    awaitCodeProfile: createAwaitCodeProfile({ findCode, pollCode, polls, clock }),
    whyGone: (key) => whyGone(codes, key),
    appOf,
    authenticateUrl: locateAdobe.authenticateUrl,
  };
};

const composeLinks = ({ config, runtime }: Services): ActivationLinks => {
  const isOnlyFamily = new Set(config.apps.map(({ family }) => family)).size === 1;
  return createActivationLinks({
    keys: [createSecretKey(runtime.secrets.cookie, 'utf8')],
    publicOrigin: config.publicOrigin,
    pageOf: (family) => (isOnlyFamily ? '/activate' : `/activate/${family}`),
  });
};
