/** The providers' pages: plain forms that work without script, one small stylesheet, a strict policy. */
import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import type { User } from '../fixtures.ts';
import { type Html, html } from './html.ts';
import type { People } from './people.ts';

export interface Brand {
  readonly id: 'dtc' | 'google' | 'facebook';
  readonly name: string;
}

const style = `
:root { --accent: #4a3fb5; color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body.google { --accent: #1a73e8 } body.facebook { --accent: #0866ff }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas }
main { box-sizing: border-box; width: min(26rem, 100vw); padding: 2rem; border-top: .3rem solid var(--accent) }
h1 { font-size: 1.4rem; margin: 0 0 1rem } form { display: grid; gap: .75rem; margin: 0 0 .75rem }
label { display: grid; gap: .25rem } label.choice { display: flex; gap: .6rem; align-items: center }
input:not([type=radio]), button { font: inherit; padding: .6rem .75rem; border-radius: .4rem; border: 1px solid GrayText }
button { background: var(--accent); border-color: var(--accent); color: #fff; cursor: pointer }
button.quiet { background: none; color: inherit; border-color: GrayText }
.error { padding: .6rem .75rem; border-left: .25rem solid #c5221f } .hint { font-size: .875rem; opacity: .8 }
`;

// No form-action: browsers hold redirects after a form against it too, and those lead to apps of any scheme.
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = (brand: Brand, title: string, body: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${brand.name}</title>
<style>${{ markup: style }}</style>
</head>
<body class="${brand.id}">
<main>
<h1>${title}</h1>
${body}
<p class="hint">${brand.name} is simulated: nobody real is behind it.</p>
</main>
</body>
</html>
`;

export const show = (ctx: Context, brand: Brand, title: string, body: Html, status = 200): void => {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('content-security-policy', policy);
  ctx.set('cache-control', 'no-store');
  ctx.set('referrer-policy', 'no-referrer');
  ctx.set('x-content-type-options', 'nosniff');
  ctx.body = page(brand, title, body).markup;
};

const complaint = (error: string | undefined): Html =>
  error === undefined ? html`` : html`<p class="error" role="alert">${error}</p>`;

// A form of its own, after the main one: a client that submits the first form never cancels by accident.
const cancelForm = html`<form method="post">
<input type="hidden" name="decision" value="cancel">
<button class="quiet" type="submit">Cancel</button>
</form>`;

const demoUsers = (people: People): Html =>
  html`<p class="hint">Demo users: ${people.all.map(
    (user, index) => html`${index > 0 && ', '}${people.emailOf(user)} / ${user.password}`,
  )}</p>`;

interface LoginPage {
  readonly brand: Brand;
  readonly people: People;
  readonly username?: string | undefined;
  readonly error?: string | undefined;
}

/** Fields: `username` (id or e-mail), `password`; or `decision` = cancel. Posts to the address it is shown at. */
export const showLogin = (ctx: Context, { brand, people, username = '', error }: LoginPage): void =>
  show(
    ctx,
    brand,
    `Log in to ${brand.name}`,
    html`${complaint(error)}<form method="post">
<label>E-mail<input name="username" value="${username}" autocomplete="username" required></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Log in</button>
</form>
${cancelForm}
${demoUsers(people)}`,
  );

/** Field: `user` (fixture id), one radio button for each; or `decision` = cancel. */
export const showChooser = (ctx: Context, brand: Brand, people: People, error?: string): void =>
  show(
    ctx,
    brand,
    'Choose an account',
    html`${complaint(error)}<form method="post">
${people.all.map(
  (user) => html`<label class="choice"><input type="radio" name="user" value="${user.id}" required>
<span>${user.name}<br><span class="hint">${people.emailOf(user)}</span></span></label>
`,
)}<button type="submit">Next</button>
</form>
${cancelForm}`,
  );

interface PasswordPage {
  readonly brand: Brand;
  readonly user: User;
  readonly email: string;
  readonly error?: string | undefined;
}

/** Fields: `user` (hidden), `password`; or `decision` = cancel. */
export const showPassword = (ctx: Context, { brand, user, email, error }: PasswordPage): void =>
  show(
    ctx,
    brand,
    `Hi ${user.name}`,
    html`${complaint(error)}<form method="post">
<input type="hidden" name="user" value="${user.id}">
<p class="hint">${email}</p>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Next</button>
</form>
${cancelForm}
<p class="hint">The password of this demo user is ${user.password}</p>`,
  );

/** A page that ends the journey: what is wrong cannot be told to the client by a redirect. */
export const showFailure = (ctx: Context, brand: Brand, title: string, text: string, status = 400): void =>
  show(ctx, brand, title, html`<p class="error" role="alert">${text}</p>`, status);
