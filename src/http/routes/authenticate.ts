import { z } from 'zod';
import type { LocateAuthentication } from '#src/flows/locate-authentication';
import { authenticate } from '#src/rest-v2/endpoints';
import { parameterShapes } from '#src/rest-v2/requests';
import type { Handler } from '../context.ts';
import { guard } from '../guard.ts';
import { redirectTo } from '../redirect.ts';

interface Deps {
  readonly locateAuthentication: LocateAuthentication;
}

const parameters = z.object(parameterShapes(authenticate));

/** This step belongs to the viewer's own browser: it is redirected to Adobe. */
export const createAuthenticateHandler =
  ({ locateAuthentication }: Deps): Handler =>
  (ctx) => {
    const { serviceProvider = '', code = '' } = guard(parameters, ctx.params);
    redirectTo(ctx, locateAuthentication({ serviceProvider, code }).href);
  };
