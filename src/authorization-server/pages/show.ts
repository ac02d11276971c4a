import type Koa from 'koa';
import { languages, type Messages, messagesIn } from '#src/web/i18n';
import { layout, type Page } from '#src/web/layout';

export interface Appearance {
  readonly status?: number;
  /** Where forms of this page may lead besides our own origin: CSP source expressions. */
  readonly formTargets?: readonly string[];
}

/** The part of Koa's context that a page needs. */
export type PageContext = Pick<Koa.Context, 'set' | 'acceptsLanguages' | 'secure'> & {
  status: number;
  type: string;
  body: unknown;
};

/** Sends a page: no script, no framing, no caching, no referrer. */
export const show = (
  ctx: PageContext,
  view: (texts: Messages) => Page,
  { status = 200, formTargets = [] }: Appearance = {},
): void => {
  const texts = messagesIn(ctx.acceptsLanguages(languages));
  ctx.status = status;
  ctx.type = 'html';
  ctx.set({
    'Content-Language': texts.language,
    'Content-Security-Policy': [
      "default-src 'none'",
      "style-src 'self'",
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
  ctx.body = layout(texts, view(texts));
};
