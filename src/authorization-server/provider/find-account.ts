import type { FindAccount } from 'oidc-provider';
import type { Deps as ServerDeps } from '../deps.ts';
import { originOf } from './session-origin.ts';

type Deps = Pick<ServerDeps, 'findClient' | 'findViewer' | 'findSessionViewer'>;

/** The account of a token or of a browser session, as far as the requesting app's family has it. */
export const createFindAccount =
  ({ findClient, findViewer, findSessionViewer }: Deps): FindAccount =>
  async ({ oidc }, id, token) => {
    const app = oidc.client && (await findClient(oidc.client.clientId))?.app;
    if (!app) return undefined;
    const origin = originOf(oidc.session?.amr);
    const ofSession = () => origin && findSessionViewer(app, id, origin);
    const viewer = await (token ? findViewer({ id, family: app.family }) : ofSession());
    return viewer && { accountId: viewer.id, claims: () => ({ sub: viewer.id }) };
  };
