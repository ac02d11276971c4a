import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { isOpenedByHand } from '#src/lib/asks-for-page';
import type { Page } from '#src/web/layout';
import type { Messages } from '#src/web/messages';
import { noticePage } from '#src/web/pages/notice';
import { failurePage } from './failure-page.ts';
import { backToClient, startPage } from './next-links.ts';
import { show } from './show.ts';

/** Endpoints called by apps: their errors are JSON. */
const routesForApps = new Set([
  'token',
  'revocation',
  'userinfo',
  'device_authorization',
  'jwks',
  'discovery',
]);

/** Sends an error of oidc-provider. */
export const renderError = (ctx: KoaContextWithOIDC, out: ErrorOut): void => {
  const forApps = routesForApps.has(ctx.oidc.route);
  if (forApps) ctx.vary('Accept');
  if (forApps && !isOpenedByHand(ctx.req)) ctx.body = out;
  else show(ctx, (texts) => pageOf(ctx, out, texts), { status: ctx.status });
};

const pageOf = ({ oidc, method, url }: KoaContextWithOIDC, out: ErrorOut, texts: Messages): Page => {
  if (out.error === 'server_error') return failurePage(texts, method === 'GET' ? url : undefined);
  const topic = routesForApps.has(oidc.route) ? 'api' : 'request';
  const link = topic === 'request' && oidc.client ? backToClient(texts, oidc.client) : startPage(texts);
  return noticePage({
    mark: '!',
    title: texts[`${topic}Title`],
    lead: texts[`${topic}Lead`],
    detail: [out.error, out.error_description].filter(Boolean).join(': '),
    links: [link],
  });
};
