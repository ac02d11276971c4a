import type { FindAccount } from 'oidc-provider';
import { admitViewer } from '#src/flows/find-viewer';
import type { Deps as ServerDeps } from '../deps.ts';
import { factsOf } from '../request-facts.ts';
import { originOf } from './session-origin.ts';

type Deps = Pick<ServerDeps, 'findClient' | 'findViewer' | 'findSessionViewer'>;

/** The account of a token or of a browser session, as far as the requesting app's family has it. */
export const createFindAccount =
  ({ findClient, findViewer, findSessionViewer }: Deps): FindAccount =>
  async (ctx, id, token) => {
    const { oidc } = ctx;
    const app = oidc.client && (await findClient(oidc.client.clientId))?.app;
    if (!app) return undefined;
    const origin = originOf(oidc.session?.amr);
    const ofSession = () => origin && findSessionViewer(app, id, origin);
    const ofToken = () => {
      const read = factsOf(ctx).issue?.found?.viewer;
      return read?.account.id === id
        ? admitViewer(read, { family: app.family })
        : findViewer({ id, family: app.family });
    };
    const viewer = await (token ? ofToken() : ofSession());
    return viewer && { accountId: viewer.id, claims: () => ({ sub: viewer.id }) };
  };
