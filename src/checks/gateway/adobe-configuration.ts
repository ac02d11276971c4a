import { z } from 'zod';
import { enhancedError } from '#src/rest-v2/answers';
import { domainsIn } from '#src/rest-v2/domains';
import type { Check, Outcome } from '../check.ts';
import { ok, warning } from '../outcome.ts';
import { tokenId } from './adobe-access.ts';
import type { AdobeClient } from './adobe-client.ts';
import { failedCall, refusedCall } from './adobe-refusals.ts';

export const configurationId = (app: string, serviceProvider: string): string =>
  `adobe.${app}.configuration.${serviceProvider}`;

interface Deps {
  readonly app: string;
  readonly serviceProvider: string;
  readonly client: AdobeClient;
}

/** Whether the app may use a service provider, and which MVPDs a viewer could choose. */
export const createConfigurationCheck = ({ app, serviceProvider, client }: Deps): Check => ({
  id: configurationId(app, serviceProvider),
  question: `May ${app} use the service provider ${serviceProvider}, and has it MVPDs?`,
  needs: [tokenId(app)],
  run: async () => {
    const read = await readConfiguration(client, serviceProvider);
    if ('verdict' in read) return read;
    const { mvpds } = read;
    if (mvpds > 0) return ok(`${serviceProvider} has ${mvpds} MVPDs.`, { mvpds });
    const cure = `Ask Adobe to activate the integrations of ${serviceProvider} in this environment, for this platform.`;
    return warning(`${serviceProvider} has no MVPD: no viewer can sign in.`, cure, { mvpds });
  },
});

const list = z.array(z.unknown()).catch([]);
const shape = z.looseObject({ requestor: z.looseObject({ mvpds: list }), mvpds: list });

interface Configuration {
  /** How many. */
  readonly mvpds: number;
  /** As `domainsIn` returns them. */
  readonly domains: readonly string[] | undefined;
}

/** The configuration of a service provider, or what is wrong with Adobe's answer. */
export const readConfiguration = async (
  client: AdobeClient,
  serviceProvider: string,
): Promise<Configuration | Outcome> => {
  const answer = await client.configuration(serviceProvider).catch(failedCall);
  if ('verdict' in answer) return answer;
  const { status, body } = answer;
  if (status >= 400) return refusedCall(status, enhancedError.safeParse(body).data?.code);
  // Adobe's table and sample differ: MVPDs stand at the top or under `requestor`.
  const { requestor, mvpds } = shape.parse(body);
  return { mvpds: Math.max(requestor.mvpds.length, mvpds.length), domains: domainsIn(body) };
};
