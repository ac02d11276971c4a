import type { AdobeClient } from './client.ts';
import { operations } from './operations.ts';
import { configuration } from './shapes.ts';
import type { Answer, Call } from './types.ts';

/** The MVPDs of a service provider. Source: REST API V2, "Retrieve configuration". */
export const createGetConfiguration =
  ({ ask }: AdobeClient) =>
  (call: Call): Promise<Answer> =>
    ask({ operation: operations.configuration, call, shape: configuration });
