import type { Context } from 'koa';
import type { User } from '#src/fixtures';
import { html, type Markup } from '#src/lib/html';
import { showPage, type Theme } from '#src/page';
import type { Fields } from './form.ts';
import type { People } from './people.ts';

const errorMessage = (error: string | undefined): Markup =>
  error === undefined ? html`` : html`<p class="wrong" role="alert">${error}</p>`;

const hiddenInputs = (fields: Fields = {}): Markup =>
  html`${Object.entries(fields).map(
    ([name, value = '']) => html`<input type="hidden" name="${name}" value="${value}">
`,
  )}`;

// A separate form after the main one, so that a client that submits the first form does not cancel.
const cancelForm = (hidden?: Fields): Markup => html`<form method="post">
${hiddenInputs(hidden)}<input type="hidden" name="decision" value="cancel">
<button type="submit" class="quiet">Cancel</button>
</form>`;

interface Frame {
  readonly theme: Theme;
  readonly error?: string | undefined;
  /** Included in every form of the page. */
  readonly hidden?: Fields | undefined;
}

interface LoginPage extends Frame {
  readonly people: People;
  readonly username?: string | undefined;
}

/** Fields: `username` (fixture id or e-mail), `password`; or `decision` = cancel. Posts to its own URL. */
export const showLogin = (ctx: Context, { theme, people, username = '', error, hidden }: LoginPage): void =>
  showPage(ctx, {
    status: 200,
    theme,
    title: `Log in to ${theme.mark}`,
    content: html`${errorMessage(error)}<form method="post">
${hiddenInputs(hidden)}<label>E-mail <input name="username" value="${username}" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Log in</button>
</form>
${cancelForm(hidden)}
<p class="hint">Demo users: ${people.all.map(
      (user) => html`<br><code>${people.emailOf(user)}</code> <code>${user.password}</code>`,
    )}</p>`,
  });

/** Field: `user` (fixture id), one button for each; or `decision` = cancel. */
export const showChooser = (
  ctx: Context,
  { theme, people, error, hidden }: Frame & { readonly people: People },
): void =>
  showPage(ctx, {
    status: 200,
    theme,
    title: `Choose an account at ${theme.mark}`,
    content: html`${errorMessage(error)}<form method="post">
${hiddenInputs(hidden)}${people.all.map(
  (user) => html`<button type="submit" name="user" value="${user.id}">${user.name}<br>
${people.emailOf(user)}</button>
`,
)}</form>
${cancelForm(hidden)}`,
  });

interface PasswordPage extends Frame {
  readonly user: User;
  readonly email: string;
}

/** Fields: `user` (hidden), `password`; or `decision` = cancel. */
export const showPassword = (ctx: Context, { theme, user, email, error, hidden }: PasswordPage): void =>
  showPage(ctx, {
    status: 200,
    theme,
    title: `Hi ${user.name}`,
    content: html`${errorMessage(error)}<form method="post">
${hiddenInputs(hidden)}<input type="hidden" name="user" value="${user.id}">
<p>${email}</p>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Next</button>
</form>
${cancelForm(hidden)}
<p class="hint">Demo password: <code>${user.password}</code></p>`,
  });

/** Field: `user_code`. */
export const showCodeEntry = (
  ctx: Context,
  { theme, error, hidden, code }: Frame & { readonly code: string },
): void =>
  showPage(ctx, {
    status: 200,
    theme,
    title: 'Connect a device',
    content: html`${errorMessage(error)}<form method="post">
${hiddenInputs(hidden)}<label>Code shown on the device
<input name="user_code" value="${code}" autocomplete="off" autocapitalize="characters" required></label>
<button type="submit">Next</button>
</form>`,
  });

interface Question extends Frame {
  readonly title: string;
  readonly text: string;
  /** The label of the button, which sends `decision` = allow. */
  readonly agree: string;
  readonly more?: Markup;
}

/** Field: `decision` = allow or cancel. */
export const showQuestion = (
  ctx: Context,
  { theme, title, text, agree, error, hidden, more = html`` }: Question,
): void =>
  showPage(ctx, {
    status: 200,
    theme,
    title,
    content: html`${errorMessage(error)}<form method="post">
${hiddenInputs(hidden)}<input type="hidden" name="decision" value="allow">
<p>${text}</p>
${more}<button type="submit">${agree}</button>
</form>
${cancelForm(hidden)}`,
  });

/** A final page without a redirect back to the client. */
export const showNotice = (ctx: Context, theme: Theme, title: string, text: string): void =>
  showPage(ctx, { status: 200, theme, title, content: html`<p>${text}</p>` });

/** A final error page, for errors that must not be returned by redirect. */
export const showFailure = (ctx: Context, theme: Theme, status: number, title: string, text: string): void =>
  showPage(ctx, { status, theme, title, content: html`<p class="wrong" role="alert">${text}</p>` });
