import type Koa from 'koa';
import type Provider from 'oidc-provider';
import { createGuessBudget } from '#src/families/guess-budget';
import type { Deps as ServerDeps } from '../deps.ts';
import type { OwnForms } from '../pages/own-forms.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import type { ProblemPage } from '../pages/problem-page.ts';
import type { CookieNames } from '../provider/cookies.ts';
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
      createDevicePage({ ...entering, families, tickets, openDevice, approvedDevices }),
      activationPages.router.routes() as unknown as Koa.Middleware,
    ],
    activationPages,
    linksOf,
  };
};
