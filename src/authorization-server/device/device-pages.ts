import type Koa from 'koa';
import type Provider from 'oidc-provider';
import { createGuessBudget } from '#src/families/guess-budget';
import type { Deps as ServerDeps } from '../deps.ts';
import type { OwnForms } from '../pages/own-forms.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import type { ProblemPage } from '../pages/problem-page.ts';
import type { CookieNames } from '../provider/cookies.ts';
import { createEnterSessionCode } from '../second-screen/enter-session-code.ts';
import { createLeave } from '../second-screen/leave.ts';
import { createScreens } from '../second-screen/screens.ts';
import { createSecondScreenPages } from '../second-screen/second-screen-pages.ts';
import type { Transactions } from '../sign-in/transactions.ts';
import type { ApprovedDevices } from '../tv-provider/approved-devices.ts';
import { createActivationFamilies } from './activation-families.ts';
import { type ActivationPages, createActivationPages } from './activation-pages.ts';
import { createActivations } from './activations.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import { createBrowserSession } from './browser-session.ts';
import { createCodeForm } from './code-form.ts';
import { createDeviceAuthorization } from './device-authorization.ts';
import { createDeviceLinks, type DeviceLinks } from './device-links.ts';
import { createDevicePage } from './device-page.ts';
import { createDeviceTickets } from './device-ticket.ts';
import { createEnterCode } from './enter-code.ts';
import { createOpenDevice } from './open-device.ts';

interface Surroundings {
  readonly provider: Provider;
  readonly names: CookieNames;
  readonly forms: OwnForms;
  readonly problem: ProblemPage;
  readonly transactions: Transactions;
  readonly pageBrand: PageBrand;
  readonly browserCookie: BrowserCookie;
  readonly approvedDevices: ApprovedDevices;
}

const createGuesses = ({ counters, clock, wrongUserCode }: ServerDeps) =>
  createGuessBudget({
    counters,
    clock,
    codes: 'user-code',
    exceeded: 'sign_in_attempts_exceeded',
    wrongCode: wrongUserCode,
  });

/** The pages after the code of an app that speaks plain REST V2. */
const composeSecondScreen = (
  deps: ServerDeps,
  { forms, problem, pageBrand, browserCookie }: ScreenSurroundings,
) => {
  const { publicOrigin, records, clock, ids, counters, wrongSessionCode, secondScreen: flows } = deps;
  const screens = createScreens({ records, clock, ids, browserCookie });
  const leave = createLeave({ publicOrigin, flows, screens });
  const guesses = createGuessBudget({
    counters,
    clock,
    codes: 'typed-authentication-code',
    exceeded: 'sign_in_attempts_exceeded',
    wrongCode: wrongSessionCode,
  });
  return {
    enterSessionCode: createEnterSessionCode({ flows, guesses, screens }),
    pages: createSecondScreenPages({ publicOrigin, flows, screens, leave, forms, problem, pageBrand }),
  };
};

type ScreenSurroundings = Pick<Surroundings, 'forms' | 'problem' | 'pageBrand'> & {
  readonly browserCookie: BrowserCookie;
};

/** From a device's request for a code up to its interaction. */
export const composeDevicePages = (
  deps: ServerDeps,
  { provider, names, forms, problem, transactions, pageBrand, browserCookie, approvedDevices }: Surroundings,
): {
  readonly middleware: readonly Koa.Middleware[];
  readonly activationPages: ActivationPages;
  readonly linksOf: DeviceLinks;
} => {
  const { publicOrigin, clock, ids, cookieKeys, records, apps, settings, findClient, findSessionViewer } =
    deps;
  const families = createActivationFamilies(apps);
  const tickets = createDeviceTickets({ cookieKeys });
  const linksOf = createDeviceLinks({ publicOrigin, tickets, families, findClient });
  const codeForm = createCodeForm({ browserCookie, forms });
  const openDevice = createOpenDevice({ provider, publicOrigin, names, ids, findClient });
  const secondScreen = composeSecondScreen(deps, { forms, problem, pageBrand, browserCookie });
  const entering = {
    activations: createActivations({ records, clock, ids, families, browserCookie }),
    browserSession: createBrowserSession({ provider, clock, settings, findSessionViewer, names }),
    codeForm,
    enterCode: createEnterCode({ guesses: createGuesses(deps), openDevice }),
    problem,
    pageBrand,
  };
  const { providersOf, signIn, brands } = deps;
  const activationPages = createActivationPages({
    ...entering,
    publicOrigin,
    providersOf,
    brands,
    signIn,
    forms,
    transactions,
  });
  return {
    middleware: [
      createDeviceAuthorization({ clock, linksOf }),
      createDevicePage({
        ...entering,
        families,
        tickets,
        openDevice,
        approvedDevices,
        enterSessionCode: secondScreen.enterSessionCode,
      }),
      secondScreen.pages.routes() as unknown as Koa.Middleware,
      activationPages.router.routes() as unknown as Koa.Middleware,
    ],
    activationPages,
    linksOf,
  };
};
