import type Koa from 'koa';
import type { Approval } from './approved-devices.ts';
import { tvProviderPath } from './paths.ts';

/** One request of the pages of an approved device. */
export interface Visit {
  readonly ctx: Koa.Context;
  readonly approval: Approval;
  /** Name of the app. */
  readonly app: string;
}

export const linksOf = ({ id }: Pick<Approval, 'id'>) => {
  const page = tvProviderPath(id);
  return {
    page,
    login: `${page}/login`,
    back: `${page}/return`,
    other: `${page}?other=1`,
    later: `${page}/later`,
  };
};
