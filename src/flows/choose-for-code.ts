import type { CallAdobe } from '#src/adobe-pass/client';
import type { Call } from '#src/adobe-pass/types';
import type { CodeKey, Codes } from '#src/families/codes';
import { fail } from '#src/lib/errors';
import type { Log } from '#src/observability/logger';
import { isOnDomain } from '#src/rest-v2/domains';
import { operations } from '#src/rest-v2/operations';
import { webHostOf } from '#src/rest-v2/redirect-url';
import type { CallAsCreator, HeldCode } from './call-as-creator.ts';
import type { SessionParameter } from './read-open-session.ts';
import type { RegisteredDomains } from './registered-domains.ts';
import { codeOf } from './session-code.ts';

interface Deps {
  readonly callAsCreator: CallAsCreator;
  readonly callAdobe: CallAdobe;
  readonly codes: Pick<Codes, 'remember'>;
  readonly domains: Pick<RegisteredDomains, 'of'>;
  readonly log: Pick<Log, 'error'>;
}

export interface Choice extends HeldCode {
  /** The TV provider that the viewer chose; undefined if the session has one. */
  readonly mvpd: string | undefined;
  readonly missing: readonly SessionParameter[];
  /** Where the browser returns to, on the gateway. */
  readonly redirectUrl: string;
}

/** What the viewer's browser does next. */
export type AfterChoice =
  | { readonly next: 'log-in'; readonly key: CodeKey }
  /** There is a profile already. */
  | { readonly next: 'done' }
  /** Adobe does not take this TV provider now. */
  | { readonly next: 'choose-another' };

export type ChooseForCode = (choice: Choice) => Promise<AfterChoice>;

/**
 * Completes the session of a code with what it lacks, with the credentials that created it and no service token. Errors:
 * gateway_host_not_registered, if Adobe would not lead a browser back to the gateway; gateway_adobe_answer_invalid.
 * Source: REST API V2, "Resume authentication session".
 */
export const createChooseForCode = (deps: Deps): ChooseForCode => {
  const { callAsCreator, callAdobe, codes } = deps;
  const domainFor = createDomainFor(deps);
  return async (choice) => {
    const { key, mvpd, missing, redirectUrl } = choice;
    if (mvpd === undefined && missing.length === 0) return { next: 'log-in', key };
    return callAsCreator(choice, async (call, remembered) => {
      const domainName = await domainFor(call, redirectUrl, missing.includes('redirectUrl'));
      const body = {
        ...(mvpd !== undefined && { mvpd }),
        ...(missing.includes('domainName') && { domainName }),
        ...(missing.includes('redirectUrl') && { redirectUrl }),
      };
      const answer = await callAdobe(operations.resumeSession, call, {
        parameters: { code: key.code },
        body,
      });
      if (answer.status >= 400 && answer.status < 500) return { next: 'choose-another' };
      if (answer.body['actionName'] === 'authorize') return { next: 'done' };
      const found = codeOf(answer);
      if (!found || answer.body['actionName'] !== 'authenticate')
        throw fail('gateway_adobe_answer_invalid', { detail: `a session was answered ${answer.status}` });
      const resumed = { ...key, code: found.code };
      if (found.code !== key.code)
        await codes.remember(resumed, { ...remembered, notAfter: found.notAfter }, found.notAfter);
      return { next: 'log-in', key: resumed };
    });
  };
};

/** The registered domain that the gateway is on, or its own host where nobody tells the domains. */
const createDomainFor =
  ({ domains, log }: Pick<Deps, 'domains' | 'log'>) =>
  async (call: Call, redirectUrl: string, returnsHere: boolean): Promise<string> => {
    const host = webHostOf(redirectUrl) ?? '';
    const registered = await domains.of(call);
    const domain = registered ? registered.find((name) => isOnDomain(host, [name])) : host;
    if (domain !== undefined) return domain;
    const [first] = registered ?? [];
    if (!returnsHere && first !== undefined) return first;
    const { serviceProvider } = call;
    log.error(
      { serviceProvider, host, registered },
      "viewers cannot choose a TV provider at the gateway: its host is not on a domain of the service provider; add it in Adobe's dashboard",
    );
    throw fail('gateway_host_not_registered', { detail: `${host} is on no domain of ${serviceProvider}` });
  };
