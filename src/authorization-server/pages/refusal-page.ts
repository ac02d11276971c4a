import type { Brand } from '#src/web/brand';
import type { Page } from '#src/web/layout';
import type { Messages } from '#src/web/messages';
import { noticePage } from '#src/web/pages/notice';
import { factsOf } from '../request-facts.ts';
import { failurePage } from './failure-page.ts';
import { startPage } from './next-links.ts';
import { type PageContext, show } from './show.ts';

interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Whether the address belongs to an API of apps, not to a page. */
  readonly forApps: boolean;
}

const topics = { 404: 'missing', 405: 'method', 429: 'busy' } as const;

const isListed = (status: number): status is keyof typeof topics => Object.hasOwn(topics, status);

const refusal = (texts: Messages, { status, message, forApps }: Refusal, again: string | undefined): Page => {
  if (status >= 500) return failurePage(texts, again);
  const topic = forApps ? 'api' : isListed(status) ? topics[status] : 'request';
  const home = startPage(texts);
  return noticePage({
    mark: '!',
    title: texts[`${topic}Title`],
    lead: texts[`${topic}Lead`],
    // Of the others, the page says as much.
    detail: topic === 'api' || topic === 'request' ? message : undefined,
    links: topic === 'busy' && again !== undefined ? [{ href: again, label: texts.tryAgain }, home] : [home],
  });
};

/** Tells the person at the browser that the listener refused the request before any page saw it. */
export const createRefusalPage =
  (neutral: Brand) =>
  (ctx: PageContext, refused: Refusal): void => {
    factsOf(ctx).brand ??= neutral;
    // `//host/path` would lead to that host.
    const again = ctx.method === 'GET' && /^\/(?![/\\])/.test(ctx.url) ? ctx.url : undefined;
    show(ctx, (texts) => refusal(texts, refused, again), { status: refused.status });
  };
