import { z } from 'zod';
import type { LocateAdobe } from '#src/flows/locate-adobe';
import { authenticate } from '#src/rest-v2/endpoints';
import { parameterShapes } from '#src/rest-v2/requests';
import type { Handler } from '../context.ts';
import { guard } from '../guard.ts';
import { askedHost } from '../public-origin.ts';
import { redirectToOrigin } from '../redirect.ts';

interface Deps {
  readonly locateAdobe: Pick<LocateAdobe, 'byCode'>;
}

const parameters = z.object(parameterShapes(authenticate));

/** This step belongs to the viewer's own browser: it is redirected to Adobe. */
export const createAuthenticateHandler =
  ({ locateAdobe }: Deps): Handler =>
  async (ctx) => {
    const { serviceProvider = '', code = '' } = guard(parameters, ctx.params);
    redirectToOrigin(ctx, await locateAdobe.byCode({ serviceProvider, code }, askedHost(ctx.req)));
  };
