import type { SharingFacts } from './sharing-facts.ts';

/** Values by name; what is compared has `…Here` and `…AtLogin`. */
type Compared = Readonly<Record<string, string | number | boolean | readonly string[]>>;

interface Found {
  readonly summary: string;
  readonly cure: string;
  readonly facts?: Compared;
}

export interface SharingRule {
  readonly id: string;
  readonly question: string;
  /** What is true where nothing is found. */
  readonly fine: string;
  find(facts: SharingFacts): Found | undefined;
}

/** Enough to compare by, and too little to recognize anybody by. */
export const short = (value: string | null | undefined): string => (value ? value.slice(0, 10) : 'none');
const throttled = new Set(['gateway_throttled', 'gateway_address_busy']);

/** What is known without Adobe. */
export const rulesHere: readonly SharingRule[] = [
  {
    id: 'signed-in',
    question: 'Is a viewer signed in to the app?',
    fine: 'A viewer is signed in.',
    find: ({ isSignedIn, app }) =>
      isSignedIn
        ? undefined
        : {
            summary: 'Nobody is signed in to this app, so that its calls name no viewer.',
            cure: 'Sign in with the account of the other app.',
            facts: { app: app.id },
          },
  },
  {
    id: 'service-provider',
    question: 'Does the service provider belong to the family of the app?',
    fine: 'The service provider is one of the app.',
    find: ({ app, family, serviceProvider }) => {
      if (app.serviceProviders.includes(serviceProvider)) return undefined;
      const isOfFamily = family.serviceProviders.includes(serviceProvider);
      return {
        summary: isOfFamily
          ? 'The service provider belongs to another app of the family.'
          : 'The service provider is outside the family of the app.',
        cure: `List it under serviceProviders of ${app.id} if the app is to use it.`,
        facts: { app: app.id, family: family.id, serviceProvider, ofApp: app.serviceProviders },
      };
    },
  },
  {
    id: 'device-identifier',
    question: 'Does the app send the device identifier that it sent first?',
    fine: 'The device identifier is the same as before.',
    find: ({ device: { bound, sent } }) =>
      bound === null || sent === undefined || bound === sent
        ? undefined
        : {
            summary: 'The device identifier has changed, and with it the device that Adobe sees.',
            cure: 'Send the identifier that this installation sent first: it must outlive updates and restarts.',
            facts: { identifierHere: short(sent), identifierAtFirst: short(bound) },
          },
  },
  {
    id: 'signing-key',
    question: 'Is there a key that signs service tokens?',
    fine: 'A key signs.',
    find: ({ key }) =>
      key
        ? undefined
        : {
            summary: 'No key is active: no service token can be made until Adobe has acknowledged one.',
            cure: 'See kinpass keys list for the next step.',
          },
  },
  {
    id: 'service-token',
    question: 'Can a service token be made for the viewer?',
    fine: 'The viewer has a service token.',
    find: ({ token }) =>
      token && 'unavailable' in token
        ? {
            summary: 'The viewer has no service token.',
            cure:
              token.unavailable === 'gateway_subject_unavailable'
                ? 'The account has no subject: sign in with the provider whose claim the subjects are made of.'
                : 'See docs/errors.md for the code.',
            facts: { code: token.unavailable },
          }
        : undefined,
  },
];

/** What Adobe answers. */
export const rulesAtAdobe: readonly SharingRule[] = [
  {
    id: 'throttled',
    question: 'Does Adobe take calls from the address of the device?',
    fine: 'Adobe takes calls from this address.',
    find: ({ adobe: { failure = '' } = {} }) =>
      throttled.has(failure)
        ? {
            summary: "Calls from the device's address are throttled, so that the profile cannot be read.",
            cure: 'Wait a few seconds. Devices behind one address share one call a second.',
            facts: { code: failure },
          }
        : undefined,
  },
  {
    id: 'adobe',
    question: 'Does Adobe answer?',
    fine: 'Adobe answered.',
    find: ({ adobe: { failure } = {} }) =>
      failure === undefined
        ? undefined
        : {
            summary: 'Adobe did not answer the question for the profile.',
            cure: 'See docs/errors.md for the code; kinpass doctor tests the way to Adobe.',
            facts: { code: failure },
          },
  },
  {
    id: 'integration',
    question: 'Is the integration of the service provider with the MVPD active?',
    fine: 'The integration is active.',
    find: ({ adobe: { refusal } = {}, serviceProvider, mvpd = '' }) =>
      refusal === undefined
        ? undefined
        : {
            summary: 'The service provider has no active integration with this MVPD.',
            cure: 'Activate the integration in the TVE Dashboard, or choose another MVPD.',
            facts: { serviceProvider, mvpd, code: refusal },
          },
  },
  {
    id: 'degraded',
    question: 'Is the MVPD degraded?',
    fine: 'No degradation applies.',
    find: ({ adobe: { profile } = {} }) =>
      profile?.type === 'degraded'
        ? {
            summary: 'A degradation rule is in force: Adobe gives everybody a profile that is not shared.',
            cure: "Nothing has to be done: the viewer's own profile returns with the end of the rule.",
            facts: profile,
          }
        : undefined,
  },
  {
    id: 'auth-per-aggregator',
    question: 'Does the channel take part in sharing at this MVPD?',
    fine: 'The channel takes part in sharing.',
    find: ({ adobe, serviceProvider, mvpd = '' }) =>
      adobe?.authPerAggregator && !adobe.profile
        ? {
            summary: 'The channel wants its own login at this MVPD (Auth per Aggregator).',
            cure: 'Log in at the TV provider in this app, or turn the option off in the TVE Dashboard.',
            facts: { serviceProvider, mvpd, authPerAggregator: true },
          }
        : undefined,
  },
];
