import { createHash } from 'node:crypto';
import type Koa from 'koa';
import { inWords } from '#src/duration';
import { html, type Markup } from '#src/lib/html';
import { callsSection } from './calls.ts';
import { controls } from './controls.ts';
import { peopleSection, profilesSection } from './people.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import type { WorldView } from './view.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const clockText = ({ now, ahead }: WorldView): Markup => {
  const [day = '', time = ''] = new Date(now).toISOString().split('T');
  return html`<strong>${day} ${time.slice(0, 8)}</strong> UTC${ahead > 0 ? html` <span class="chip warn">${inWords(ahead)} ahead</span>` : ''}`;
};

const show = (ctx: Koa.Context, status: number, header: Markup, main: Markup): void => {
  ctx.status = status;
  ctx.set({
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': policy,
  });
  ctx.body = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated world</title><style>${{ markup: style }}</style></head>
<body><header><h1>Simulated world</h1>${header}</header>
<main>${main}</main>
<script>${{ markup: script }}</script></body>
</html>
`.markup;
};

export const showWorld = (ctx: Koa.Context, world: WorldView, token: string): void =>
  show(
    ctx,
    200,
    html`<span class="clock">${clockText(world)}</span><span class="live"><a href="/">Refresh</a></span>`,
    html`<div class="column">${peopleSection(world, token)}${profilesSection(world)}${callsSection(world)}</div>
<div class="column">${controls(world, token)}</div>`,
  );

/** The error page for an action that failed. */
export const showProblem = (ctx: Koa.Context, status: number, message: string): void =>
  show(
    ctx,
    status,
    html`<span class="live"></span>`,
    html`<section class="problem" role="alert"><h2>The action failed</h2><p>${message}</p>
<p><a href="/">Back to the world page</a></p></section>`,
  );
