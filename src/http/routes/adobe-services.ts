import type { LocateAdobe } from '#src/flows/locate-adobe';
import type { Handler } from '../context.ts';
import { askedHost } from '../public-origin.ts';
import { redirectToOrigin } from '../redirect.ts';

interface Deps {
  readonly locateAdobe: Pick<LocateAdobe, 'byHost'>;
}

/** URLs of a logout begin with this path where Adobe leaves out its host: apps put the gateway's before it. */
export const createAdobeServicesHandler =
  ({ locateAdobe }: Deps): Handler =>
  (ctx) =>
    redirectToOrigin(ctx, locateAdobe.byHost(askedHost(ctx.req)));
