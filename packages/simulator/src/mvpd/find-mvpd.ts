import type { RouterContext } from '@koa/router';
import type { Fixtures, Mvpd } from '#src/fixtures';
import { MvpdProblem } from './problem.ts';

/** The MVPD of the path; a TempPass has no sign-in. Error: MvpdProblem. */
export const findMvpd = ({ mvpds }: Pick<Fixtures, 'mvpds'>, ctx: RouterContext): Mvpd => {
  const found = mvpds.find(({ id, isTempPass }) => id === ctx.params['mvpd'] && !isTempPass);
  if (!found) throw new MvpdProblem('There is no such TV provider.', 404);
  return found;
};
