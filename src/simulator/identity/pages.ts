import type { Context } from 'koa';
import type { User } from '../fixtures.ts';
import { html, type Markup, showPage } from '../page.ts';
import type { People } from './people.ts';

const complaint = (error: string | undefined): Markup =>
  error === undefined ? html`` : html`<p class="wrong" role="alert">${error}</p>`;

// A form of its own, after the main one: a client that submits the first form never cancels by accident.
const cancelForm = html`<form method="post">
<input type="hidden" name="decision" value="cancel">
<button type="submit" class="quiet">Cancel</button>
</form>`;

interface LoginPage {
  /** The provider's name. */
  readonly brand: string;
  readonly people: People;
  readonly username?: string | undefined;
  readonly error?: string | undefined;
}

/** Fields: `username` (fixture id or e-mail), `password`; or `decision` = cancel. Posts to where it is shown. */
export const showLogin = (ctx: Context, { brand, people, username = '', error }: LoginPage): void =>
  showPage(ctx, {
    status: 200,
    title: `Log in to ${brand}`,
    content: html`${complaint(error)}<form method="post">
<label>E-mail <input name="username" value="${username}" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Log in</button>
</form>
${cancelForm}
<p class="hint">Demo users: ${people.all.map(
      (user) => html`<br><code>${people.emailOf(user)}</code> <code>${user.password}</code>`,
    )}</p>`,
  });

/** Field: `user` (fixture id), one button for each; or `decision` = cancel. */
export const showChooser = (ctx: Context, brand: string, people: People, error?: string): void =>
  showPage(ctx, {
    status: 200,
    title: `Choose an account at ${brand}`,
    content: html`${complaint(error)}<form method="post">
${people.all.map(
  (user) => html`<button type="submit" name="user" value="${user.id}">${user.name}<br>
${people.emailOf(user)}</button>
`,
)}</form>
${cancelForm}`,
  });

interface PasswordPage {
  readonly user: User;
  readonly email: string;
  readonly error?: string | undefined;
}

/** Fields: `user` (hidden), `password`; or `decision` = cancel. */
export const showPassword = (ctx: Context, { user, email, error }: PasswordPage): void =>
  showPage(ctx, {
    status: 200,
    title: `Hi ${user.name}`,
    content: html`${complaint(error)}<form method="post">
<input type="hidden" name="user" value="${user.id}">
<p>${email}</p>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Next</button>
</form>
${cancelForm}
<p class="hint">Demo password: <code>${user.password}</code></p>`,
  });

/** A page that ends the journey: what is wrong cannot be told to the client by a redirect. */
export const showFailure = (ctx: Context, status: number, title: string, text: string): void =>
  showPage(ctx, { status, title, content: html`<p class="wrong" role="alert">${text}</p>` });
