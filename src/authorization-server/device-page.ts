import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { deviceCodePage } from '#src/web/pages/device-code';
import { noticePage } from '#src/web/pages/notice';
import type { CodeAttempts } from './code-attempts.ts';
import type { OwnForms } from './own-forms.ts';
import type { ProblemPage } from './problem-page.ts';
import { show } from './show.ts';

export const devicePath = '/device';

/** `bcdf-ghjk` and `BCDF GHJK` are the same code; what cannot be one is shown as it came, shortened. */
const readable = (code: unknown): string => {
  if (typeof code !== 'string') return '';
  const plain = code.toUpperCase().replace(/[\s-]/g, '');
  return /^[A-Z]{8}$/.test(plain) ? `${plain.slice(0, 4)}-${plain.slice(4)}` : code.slice(0, 20);
};

/** oidc-provider tells a wrong, expired, used or missing code from a denial by the error's class alone. */
const outcome = (error: Error | undefined): 'input' | 'refused' | 'missing' | 'denied' | 'failed' => {
  if (!error) return 'input';
  if (/^(NotFound|Expired|AlreadyUsed)Error$/.test(error.name)) return 'refused';
  if (error.name === 'NoCodeError') return 'missing';
  return error.name === 'AbortedError' ? 'denied' : 'failed';
};

/**
 * The code page, after sign-in out of the provider's hands. The code of a QR link is only filled in: nothing is
 * looked up, let alone approved, before the viewer presses the button.
 */
export const userCodeInput = (ctx: KoaContextWithOIDC, _form: string, _out?: object, error?: Error): void => {
  const found = outcome(error);
  ctx.state['codeRefused'] = found === 'refused';
  if (found === 'denied') {
    show(ctx, (texts) => noticePage({ mark: '×', title: texts.deniedTitle, lead: texts.deniedLead }));
    return;
  }
  const xsrf = String(ctx.oidc.session?.state?.['secret'] ?? '');
  const typed = error && 'userCode' in error ? error.userCode : undefined;
  const view = {
    // `confirm` skips oidc-provider's own question: ours comes after sign-in, when there is somebody to ask.
    submit: { action: devicePath, fields: { xsrf, confirm: 'yes' } },
    code: readable(typed ?? ctx.state['prefilledCode']),
    problem: found === 'input' ? undefined : found,
  };
  show(ctx, (texts) => deviceCodePage(texts, view), { status: found === 'input' ? 200 : 400 });
};

/** A form that did not confirm, so none of ours: oidc-provider would ask; we show the code and our own form. */
export const userCodeAgain = (
  ctx: KoaContextWithOIDC,
  form: string,
  _client: object,
  _device: object,
  code: string,
): void => {
  ctx.state['prefilledCode'] = code;
  userCodeInput(ctx, form);
};

export const deviceSuccess = (ctx: KoaContextWithOIDC): void => {
  const app = ctx.oidc.client?.clientName ?? '';
  show(ctx, (texts) => noticePage({ mark: '✓', title: texts.successTitle, lead: texts.successLead(app) }));
};

interface Deps {
  readonly attempts: CodeAttempts;
  readonly forms: Pick<OwnForms, 'refuseForeign'>;
  readonly problem: ProblemPage;
}

/** Around oidc-provider's code page: the prefilled code without its script, and the bound on attempts. */
export const createDevicePage =
  ({ attempts, forms, problem }: Deps): Koa.Middleware =>
  async (ctx, next) => {
    if (ctx.path !== devicePath) return next();
    if (ctx.method !== 'POST') {
      ctx.state['prefilledCode'] = ctx.query['user_code'];
      ctx.querystring = '';
      return next();
    }
    try {
      forms.refuseForeign(ctx);
      await attempts.reserve(ctx.ip);
    } catch (error) {
      return problem(ctx, error);
    }
    await next();
    if (!ctx.state['codeRefused']) await attempts.release(ctx.ip);
  };
