import type Koa from 'koa';
import { fail } from '#src/lib/errors';
import type { ProblemPage } from '../pages/problem-page.ts';
import type { CookieNames } from '../provider/cookies.ts';
import type { PageArtifacts } from '../provider/page-artifacts.ts';

interface Deps {
  readonly pages: Pick<PageArtifacts, 'run' | 'storeSteps'>;
  readonly names: Pick<CookieNames, 'interaction' | 'resume' | 'session'>;
  readonly problem: ProblemPage;
}

/** Where browsers go during a sign-in; a device asks for its code elsewhere. */
const pagePath = /^\/(?!device\/auth$)(auth|device|activate|activation|interaction|callback)(\/|$)/;

/** What the answer of a request that did nothing must not contain. */
const effects = ['Set-Cookie', 'Location'];

/** Around all pages: what a request stores is stored together, before it is answered, or not at all. */
export const createPageRequests =
  ({ pages, names, problem }: Deps): Koa.Middleware =>
  async (ctx, next) => {
    if (!pagePath.test(ctx.path)) return next();
    const store = async (): Promise<void> => {
      if (!(await pages.storeSteps()))
        throw fail('sign_in_expired', { detail: 'another request was faster' });
    };
    const cookie = (name: string) => ctx.cookies.get(name, { signed: false });
    const ids = {
      interaction: cookie(names.interaction) ?? cookie(names.resume),
      session: cookie(names.session),
    };
    await pages.run(ids, async () => {
      await next();
      await store().catch((error: unknown) => {
        for (const name of effects) ctx.remove(name);
        problem(ctx, error);
      });
    });
  };
