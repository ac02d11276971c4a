/**
 * Adobe's hosted SSO Service (premium): it mints service tokens itself, for whatever id an app sends, and links
 * devices by code. It owns its tokens, its devices and its errors. It refuses to ask who the viewer is, as the
 * original does, and to know anything of profiles: those are found by the token's subject like any other.
 */
import type { Incoming } from '../call.ts';
import type { Answer } from '../context.ts';
import { admitSso, type SsoCall, type SsoContext } from './admit.ts';
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
  /** Answers every failure, that of reading included, in the service's own shape. */
  handle(read: () => Promise<Incoming>): Promise<Answer>;
}

export const ssoOperations = (context: SsoContext): SsoOperation[] => {
  const operation = (
    name: string,
    method: 'get' | 'post',
    path: string,
    handle: (call: SsoCall) => Promise<Answer>,
  ): SsoOperation => ({
    ...{ operation: `ssoservice.${name}`, method, path: `/api/:serviceProvider/${path}` },
    handle: async (read) => {
      try {
        return await handle(admitSso(context, await read()));
      } catch (error) {
        return errorAnswer(error, context);
      }
    },
  });
  return [
    operation('serviceToken.create', 'post', 'serviceToken', createIssueToken(context)),
    operation('serviceToken.refresh', 'get', 'serviceToken', createRefreshToken(context)),
    operation('link', 'post', 'link', createLink(context)),
    operation('unlink', 'post', 'unlink', createUnlink(context)),
    operation('list', 'get', 'list', createList(context)),
  ];
};
