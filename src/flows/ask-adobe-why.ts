import { z } from 'zod';
import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer } from '#src/adobe-pass/types';
import { KinpassError } from '#src/lib/errors';
import { domainsIn } from '#src/rest-v2/domains';
import { operations } from '#src/rest-v2/operations';
import type { RestRequest } from './caller.ts';
import type { AskedAdobe } from './sharing-facts.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly callAdobe: CallAdobe;
}

export type AskAdobeWhy = (request: RestRequest, mvpd: string | undefined) => Promise<AskedAdobe>;

const profiles = z.object({
  profiles: z.record(z.string(), z.object({ type: z.string(), notAfter: z.number() })),
});
const refused = z.object({ code: z.string() });
const configured = z.object({
  requestor: z.object({
    mvpds: z.array(z.object({ id: z.string(), authPerAggregator: z.boolean().optional() })),
  }),
});

/** REST API V2, enhanced error codes: the MVPD cannot be used with the service provider. */
const ofIntegration = new Set(['invalid_integration', 'invalid_parameter_mvpd']);

/**
 * Reads the profile as the app would, past what is known, and what the configuration says of the MVPD. Failures of the calls
 * are answers too. Errors: those of the viewer call that concern the viewer, such as gateway_revoked.
 */
export const createAskAdobeWhy =
  ({ viewerCall, callAdobe }: Deps): AskAdobeWhy =>
  (request, mvpd) =>
    viewerCall(request, async (call): Promise<AskedAdobe> => {
      try {
        const answer =
          mvpd === undefined
            ? await callAdobe(operations.getProfiles, call)
            : await callAdobe(operations.getProfile, call, { parameters: { mvpd } });
        const found = outcomeOf(answer);
        if (found.profile || found.refusal || found.failure) return found;
        const configuration = await callAdobe(operations.configuration, call);
        return { ...found, ...configurationOf(configuration, mvpd) };
      } catch (error) {
        if (error instanceof KinpassError) return { failure: error.code };
        throw error;
      }
    });

const outcomeOf = ({ status, body }: Answer): AskedAdobe => {
  if (status === 200) {
    const found = Object.entries(profiles.safeParse(body).data?.profiles ?? {});
    const [longest] = found.sort(([, a], [, b]) => b.notAfter - a.notAfter);
    return longest ? { profile: { mvpd: longest[0], type: longest[1].type } } : {};
  }
  const { code = `status ${status}` } = refused.safeParse(body).data ?? {};
  return ofIntegration.has(code) ? { refusal: code } : { failure: code };
};

const configurationOf = ({ status, body }: Answer, mvpd: string | undefined): AskedAdobe => {
  if (status !== 200) return {};
  const domains = domainsIn(body);
  if (mvpd === undefined) return { domains };
  const known = configured.safeParse(body).data?.requestor.mvpds;
  const found = known?.find(({ id }) => id === mvpd);
  if (known && !found) return { refusal: 'not in the configuration' };
  return { authPerAggregator: found?.authPerAggregator ?? false, domains };
};
