import type { Element } from '@xmldom/xmldom';
import { type RequestHead, readHead } from './authn-request.ts';
import { assertion, childOf, childrenOf, protocol, textOf } from './read-xml.ts';

export interface LogoutRequest extends RequestHead {
  readonly nameId: string;
  /** The sessions to end. */
  readonly sessionIndexes: readonly string[];
}

/** SAML core, 3.7.1. Error: MvpdProblem. */
export const readLogoutRequest = (root: Element, place: Parameters<typeof readHead>[2]): LogoutRequest => ({
  ...readHead(root, 'LogoutRequest', place),
  nameId: textOf(childOf(root, assertion, 'NameID')),
  sessionIndexes: childrenOf(root, protocol, 'SessionIndex').map(textOf),
});
