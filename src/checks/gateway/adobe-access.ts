import type { Check } from '../check.ts';
import { ok } from '../outcome.ts';
import type { AdobeClient } from './adobe-client.ts';
import { failedCall } from './adobe-refusals.ts';
import { statementId } from './software-statement.ts';

const credentialsId = (app: string): string => `adobe.${app}.credentials`;
export const tokenId = (app: string): string => `adobe.${app}.token`;

interface Deps {
  readonly app: string;
  readonly client: AdobeClient;
  /** Checks that Adobe cannot be asked without. */
  readonly needs: readonly string[];
}

/** Whether Adobe accepts the software statement, and the credentials that it gives for it. */
export const createAccessChecks = ({ app, client, needs }: Deps): readonly Check[] => [
  {
    id: credentialsId(app),
    question: `Does Adobe accept the software statement of ${app}?`,
    needs: [...needs, statementId(app)],
    run: () =>
      client
        .credentials()
        .then(() => ok('Adobe accepts the software statement; the doctor is registered as one more client.'))
        .catch(failedCall),
  },
  {
    id: tokenId(app),
    question: `Does Adobe give access tokens to ${app}?`,
    needs: [credentialsId(app)],
    run: () =>
      client
        .accessToken()
        .then(() => ok('Adobe gives access tokens.'))
        .catch(failedCall),
  },
];
