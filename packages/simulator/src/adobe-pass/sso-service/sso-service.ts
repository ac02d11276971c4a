/**
 * Adobe's hosted SSO Service (premium), which issues service tokens for any id that an app sends and links devices by
 * code. This folder owns its tokens, devices and errors. Like the original it does not authenticate the viewer, and it
 * must not know profiles: they are found by the token's subject, as with any other service token.
 */
import type { Ids } from '#src/lib/ids';
import type { Answer } from '../requests/answer.ts';
import type { BearerDeps } from '../requests/bearer.ts';
import type { Incoming } from '../requests/call.ts';
import type { SwitchReader } from '../switches.ts';
import { admitSso, type SsoCall } from './admit.ts';
import { errorAnswer } from './errors.ts';
import { createIssueToken } from './issue-token.ts';
import { createLink } from './link.ts';
import { createList } from './list.ts';
import { createRefreshToken } from './refresh-token.ts';
import { createUnlink } from './unlink.ts';

interface SsoOperation {
  readonly operation: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  /** Turns every failure, including that of reading the request, into an error of the service's own shape. */
  handle(read: () => Promise<Incoming>): Promise<Answer>;
}

export type SsoServiceDeps = BearerDeps &
  Parameters<typeof createIssueToken>[0] &
  Parameters<typeof createRefreshToken>[0] &
  Parameters<typeof createLink>[0] &
  Parameters<typeof createUnlink>[0] &
  Parameters<typeof createList>[0] & {
    readonly ids: Ids;
    readonly switches: SwitchReader<'ssoServiceErrorBody'>;
  };

export const ssoOperations = (deps: SsoServiceDeps): SsoOperation[] => {
  const operation = (
    name: string,
    method: 'get' | 'post',
    path: string,
    handle: (call: SsoCall) => Promise<Answer>,
  ): SsoOperation => ({
    operation: `ssoservice.${name}`,
    method,
    path: `/api/:serviceProvider/${path}`,
    handle: async (read) => {
      try {
        return await handle(admitSso(deps, await read()));
      } catch (error) {
        return errorAnswer(error, deps);
      }
    },
  });
  return [
    operation('serviceToken.create', 'post', 'serviceToken', createIssueToken(deps)),
    operation('serviceToken.refresh', 'get', 'serviceToken', createRefreshToken(deps)),
    operation('link', 'post', 'link', createLink(deps)),
    operation('unlink', 'post', 'unlink', createUnlink(deps)),
    operation('list', 'get', 'list', createList(deps)),
  ];
};
