import type Koa from 'koa';
import { unbranded } from '#src/web/brand';
import { layout, type Page } from '#src/web/layout';
import type { Messages } from '#src/web/messages';
import { negotiateLanguage } from '#src/web/negotiate-language';
import { factsOf, noteUiLocales } from '../request-facts.ts';

export interface Appearance {
  readonly status?: number;
  /** Where forms of this page may lead besides our own origin: CSP source expressions. */
  readonly formTargets?: readonly string[];
  /** Where images of this page come from besides our own origin: CSP source expressions. */
  readonly imageSources?: readonly string[];
  /** Instead of those of the viewer's language. */
  readonly texts?: Messages;
}

/** The part of Koa's context that a page needs. */
export type PageContext = Pick<Koa.Context, 'req' | 'method' | 'url' | 'set' | 'get' | 'vary' | 'secure'> & {
  /** Where oidc-provider handles the request. */
  readonly oidc?: { readonly params?: Readonly<Record<string, unknown>> | undefined };
  status: number;
  type: string;
  body: unknown;
};

const textsFor = (ctx: PageContext): Messages => {
  noteUiLocales(ctx, ctx.oidc?.params);
  return negotiateLanguage({
    uiLocales: factsOf(ctx).uiLocales,
    acceptLanguage: ctx.get('Accept-Language'),
  });
};

/** Sends a page: no script, no framing, no caching, no referrer. */
export const show = (
  ctx: PageContext,
  view: (texts: Messages) => Page,
  { status = 200, formTargets = [], imageSources = [], texts = textsFor(ctx) }: Appearance = {},
): void => {
  ctx.status = status;
  ctx.type = 'html';
  ctx.vary('Accept-Language');
  ctx.set({
    'Content-Language': texts.language,
    'Content-Security-Policy': [
      "default-src 'none'",
      "style-src 'self'",
      ["img-src 'self'", ...imageSources].join(' '),
      ["form-action 'self'", ...formTargets].join(' '),
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...(ctx.secure && { 'Strict-Transport-Security': 'max-age=31536000' }),
  });
  ctx.body = layout(texts, factsOf(ctx).brand ?? unbranded, view(texts));
};
