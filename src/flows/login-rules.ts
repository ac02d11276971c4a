import { isOnDomain } from '#src/rest-v2/domains';
import { type SharingRule, short } from './sharing-rules.ts';

const time = (ms: number): string => new Date(ms).toISOString();

const names = {
  issuer: 'issuer (iss)',
  audience: 'audience (aud)',
  subject: 'subject (sub)',
  kid: 'key (kid)',
} as const;

/** Tokens of one viewer differ in nothing that Adobe compares. */
const tokenRule = (member: keyof typeof names): SharingRule => {
  const shown = (value: string): string => (member === 'subject' ? short(value) : value);
  return {
    id: member === 'kid' ? 'key' : member,
    question: `Is the ${names[member]} of the service token the one of the login?`,
    fine: 'It is the same.',
    find: ({ login, token }) => {
      if (!login?.token || !token || 'unavailable' in token || login.token[member] === token[member])
        return undefined;
      return {
        summary: `The ${names[member]} of the service token is not the one that the login was made with.`,
        cure:
          member === 'kid'
            ? 'Make sure that Adobe has the key; a login stays valid under any key that Adobe knows.'
            : 'Agree with Adobe on one value for all apps of the family, then log in again.',
        facts: { [`${member}Here`]: shown(token[member]), [`${member}AtLogin`]: shown(login.token[member]) },
      };
    },
  };
};

const noLogin = 'No login at the TV provider is known of this account.';

/** What differs from the viewer's own login, when Adobe finds no profile. */
export const rulesOfLogin: readonly SharingRule[] = [
  {
    id: 'domain',
    question: 'Can a login begin in this app?',
    fine: 'The domains of the app are registered, or there is a login already.',
    find: ({ login, app: { domains }, registeredDomains: registered }) =>
      login || !registered || domains.length === 0 || domains.some((one) => isOnDomain(one, registered))
        ? undefined
        : {
            summary: `${noLogin} None can begin here: no domain of the app is registered for the service provider.`,
            cure: 'Register the domain in the TVE Dashboard.',
            facts: { domainsHere: domains, registered },
          },
  },
  {
    id: 'account',
    question: 'Has this account logged in at the TV provider?',
    fine: 'This account has logged in.',
    find: ({ login, mvpd }) =>
      login
        ? undefined
        : {
            summary: `${noLogin} It was made with another account, before signing in, or not at all.`,
            cure: 'Sign in with the account that logged in, or log in at the TV provider once with this one.',
            facts: { loginsOfThisAccount: 0, ...(mvpd !== undefined && { mvpd }) },
          },
  },
  {
    id: 'signed-out',
    question: 'Was the profile ended by a logout?',
    fine: 'No logout ended it.',
    find: ({ login }) =>
      login?.ended && {
        summary: 'The viewer has logged out at the TV provider.',
        cure: 'Log in again.',
        facts: { loggedOutAt: time(login.ended.at), in: login.ended.app },
      },
  },
  {
    id: 'expired',
    question: 'Is the login still valid?',
    fine: 'It is valid.',
    find: ({ login, now }) =>
      login && login.notAfter <= now
        ? {
            summary: 'The login at the TV provider has expired.',
            cure: 'Log in again.',
            facts: { validUntil: time(login.notAfter), now: time(now) },
          }
        : undefined,
  },
  ...(['issuer', 'audience', 'subject', 'kid'] as const).map(tokenRule),
  {
    id: 'key-acknowledged',
    question: 'Has Adobe acknowledged the key?',
    fine: 'Adobe has acknowledged the key.',
    find: ({ key }) =>
      !key || key.isAcknowledged
        ? undefined
        : {
            summary: 'Adobe has not acknowledged the key that signs, and may ignore its service tokens.',
            cure: 'Send Adobe the key (kinpass keys export), then record the answer (kinpass keys acknowledge).',
            facts: { kid: key.kid, acknowledged: false },
          },
  },
  {
    id: 'statement',
    question: 'Is the software statement the one of the login?',
    fine: 'It is.',
    find: ({ login, loginNow: { statement } }) =>
      login?.statement === undefined || statement === undefined || login.statement === statement
        ? undefined
        : {
            summary: 'The software statement of the app that logged in has been replaced.',
            cure: 'Log in again. Keep the earlier statement in the list while versions of the app use it.',
            facts: { statementNow: short(statement), statementAtLogin: short(login.statement) },
          },
  },
  {
    id: 'credentials',
    question: 'Are the Adobe credentials those of the login?',
    fine: 'They are.',
    find: ({ login, loginNow: { credentials } }) =>
      !login || credentials === login.credentials
        ? undefined
        : {
            summary:
              'The Adobe credentials of the app that logged in have been replaced, and its profile with them.',
            cure: 'Log in again.',
            facts: { credentialsNow: short(credentials), credentialsAtLogin: short(login.credentials) },
          },
  },
  {
    id: 'ended-elsewhere',
    question: 'Has somebody else ended the profile?',
    fine: 'No.',
    find: ({ login }) =>
      login && {
        summary:
          'Nothing differs, but Adobe has no profile: the TV provider has ended it, or a logout did that went past Kinpass.',
        cure: 'Log in again. If it happens again, ask Adobe with these facts.',
        facts: {
          loginIn: login.app,
          serviceProvider: login.serviceProvider,
          mvpd: login.mvpd,
          validUntil: time(login.notAfter),
          ...(login.token && {
            issuer: login.token.issuer,
            audience: login.token.audience,
            kid: login.token.kid,
          }),
        },
      },
  },
];
