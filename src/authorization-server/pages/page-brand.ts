import type { IncomingMessage } from 'node:http';
import type { Deps as ServerDeps } from '../deps.ts';
import { factsOf } from '../request-facts.ts';

interface Context {
  readonly req: IncomingMessage;
}

/**
 * Notes the brand of the page in which a request will end, as soon as the app or family is known: pages of problems
 * have it too. It follows from the client or family that was found, never from what a URL claims to look like.
 */
export const createPageBrand = ({ brands, findClient }: Pick<ServerDeps, 'brands' | 'findClient'>) => ({
  ofApp: (ctx: Context, app: { readonly id: string }): void => {
    factsOf(ctx).brand = brands.ofApp(app.id);
  },
  ofFamily: (ctx: Context, family: { readonly id: string }): void => {
    factsOf(ctx).brand = brands.ofFamily(family.id);
  },
  ofClient: async (ctx: Context, clientId: unknown): Promise<void> => {
    const client = typeof clientId === 'string' ? await findClient(clientId) : undefined;
    if (client) factsOf(ctx).brand = brands.ofApp(client.app.id);
  },
});

export type PageBrand = ReturnType<typeof createPageBrand>;
