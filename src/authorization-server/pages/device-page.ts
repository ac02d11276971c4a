import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { deviceCodePage } from '#src/web/pages/device-code';
import { noticePage } from '#src/web/pages/notice';
import { factsOf } from '../request-facts.ts';
import type { CodeAttempts } from './code-attempts.ts';
import type { OwnForms } from './own-forms.ts';
import type { ProblemPage } from './problem-page.ts';
import { show } from './show.ts';

const devicePath = '/device';

/** `bcdf-ghjk` and `BCDF GHJK` are the same code. Anything else is shown as received, shortened. */
const formatCode = (code: unknown): string => {
  if (typeof code !== 'string') return '';
  const plain = code.toUpperCase().replace(/[\s-]/g, '');
  return /^[A-Z]{8}$/.test(plain) ? `${plain.slice(0, 4)}-${plain.slice(4)}` : code.slice(0, 20);
};

/** Only the error's class distinguishes a wrong, expired, used or missing code from a denial. */
const outcome = (error: Error | undefined): 'input' | 'refused' | 'missing' | 'denied' | 'failed' => {
  if (!error) return 'input';
  if (/^(NotFound|Expired|AlreadyUsed)Error$/.test(error.name)) return 'refused';
  if (error.name === 'NoCodeError') return 'missing';
  return error.name === 'AbortedError' ? 'denied' : 'failed';
};

/**
 * The page to enter a device's code, and the result. The code of a QR link is only filled in: nothing is looked up or
 * approved before the viewer presses the button.
 */
export const userCodeInput = (ctx: KoaContextWithOIDC, _form: string, _out?: object, error?: Error): void => {
  const found = outcome(error);
  factsOf(ctx).codeRejected = found === 'refused';
  if (found === 'denied') {
    show(ctx, (texts) => noticePage({ mark: '×', title: texts.deniedTitle, lead: texts.deniedLead }));
    return;
  }
  const xsrf = String(ctx.oidc.session?.state?.['secret'] ?? '');
  const typed = error && 'userCode' in error ? error.userCode : undefined;
  const view = {
    // `confirm` skips oidc-provider's own question: ours comes after sign-in, when there is somebody to ask.
    submit: { action: devicePath, fields: { xsrf, confirm: 'yes' } },
    code: formatCode(typed ?? factsOf(ctx).prefilledCode),
    problem: found === 'input' ? undefined : found,
  };
  show(ctx, (texts) => deviceCodePage(texts, view), { status: found === 'input' ? 200 : 400 });
};

/** For a form without `confirm`, which is not ours: instead of oidc-provider's question, our form with the code. */
export const userCodeAgain = (
  ctx: KoaContextWithOIDC,
  form: string,
  _client: object,
  _device: object,
  code: string,
): void => {
  factsOf(ctx).prefilledCode = code;
  userCodeInput(ctx, form);
};

export const deviceSuccess = (ctx: KoaContextWithOIDC): void => {
  const app = ctx.oidc.client?.clientName ?? '';
  show(ctx, (texts) => noticePage({ mark: '✓', title: texts.successTitle, lead: texts.successLead(app) }));
};

interface Deps {
  readonly attempts: CodeAttempts;
  readonly forms: Pick<OwnForms, 'rejectForeign'>;
  readonly problem: ProblemPage;
}

/** Around oidc-provider's code page: prefills the code without a script and limits attempts. */
export const createDevicePage =
  ({ attempts, forms, problem }: Deps): Koa.Middleware =>
  async (ctx, next) => {
    if (ctx.path !== devicePath) return next();
    if (ctx.method !== 'POST') {
      factsOf(ctx).prefilledCode = ctx.query['user_code'];
      ctx.querystring = '';
      return next();
    }
    try {
      forms.rejectForeign(ctx);
      await attempts.reserve(ctx.ip);
    } catch (error) {
      return problem(ctx, error);
    }
    await next();
    if (!factsOf(ctx).codeRejected) await attempts.release(ctx.ip);
  };
