import type { AdobeClient } from './client.ts';
import { operations } from './operations.ts';
import { profiles } from './shapes.ts';
import type { Answer, Call } from './types.ts';

/** Every profile of the device and of the service token's subject. Source: REST API V2, "Retrieve profiles". */
export const createGetProfiles =
  ({ ask }: AdobeClient) =>
  (call: Call): Promise<Answer> =>
    ask({ operation: operations.getProfiles, call, shape: profiles });

/** The profile with one MVPD. Source: REST API V2, "Retrieve profile for specific mvpd". */
export const createGetProfile =
  ({ ask }: AdobeClient) =>
  ({ mvpd, ...call }: Call & { readonly mvpd: string }): Promise<Answer> =>
    ask({ operation: operations.getProfile, call, parameters: { mvpd }, shape: profiles });

/** The profile that a login with this code made. Source: REST API V2, "Retrieve profile for specific code". */
export const createGetProfileByCode =
  ({ ask }: AdobeClient) =>
  ({ code, ...call }: Call & { readonly code: string }): Promise<Answer> =>
    ask({ operation: operations.getProfileByCode, call, parameters: { code }, shape: profiles });
