import type Koa from 'koa';
import type { GuessBudget } from '#src/families/guess-budget';
import { type DeviceCode, deviceCodePage } from '#src/web/pages/device-code';
import { seeOther } from '../sign-in/browser.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import type { DeviceTickets } from './device-ticket.ts';
import type { OpenDevice } from './open-device.ts';
import type { OwnForms } from './own-forms.ts';
import type { ProblemPage } from './problem-page.ts';
import { show } from './show.ts';
import { formatUserCode, parseUserCode } from './user-code.ts';

export const devicePath = '/device';

interface Deps {
  readonly guesses: GuessBudget;
  readonly browserCookie: BrowserCookie;
  readonly forms: OwnForms;
  readonly problem: ProblemPage;
  readonly openDevice: OpenDevice;
  readonly tickets: DeviceTickets;
}

/** What was typed or linked, as it is shown again. */
const display = (typed: string): string => {
  const code = parseUserCode(typed);
  return code === undefined ? typed.slice(0, 20) : formatUserCode(code);
};

/**
 * The page on which viewers enter the code of their device. The code of a QR link is only filled in: nothing is looked
 * up before the viewer presses the button.
 */
export const createDevicePage = (deps: Deps): Koa.Middleware => {
  const { guesses, browserCookie, forms, problem, openDevice, tickets } = deps;

  const ask = (ctx: Koa.Context, typed: string, failed?: DeviceCode['problem'], ticket = ''): void => {
    const csrf = forms.fieldsFor(`device:${browserCookie.ensure(ctx)}`);
    const submit = { action: devicePath, fields: { ...csrf, ...(ticket && { ticket }) } };
    const view = { submit, code: display(typed), problem: failed };
    show(ctx, (texts) => deviceCodePage(texts, view), { status: failed ? 400 : 200 });
  };

  /** The submitted form; undefined when it does not belong to this browser. Errors: sign_in_form_foreign. */
  const read = async (ctx: Koa.Context): Promise<Record<string, string> | undefined> => {
    forms.rejectForeign(ctx);
    const browser = browserCookie.read(ctx);
    return browser === undefined ? undefined : forms.read(ctx, `device:${browser}`).catch(() => undefined);
  };

  const submit = async (ctx: Koa.Context): Promise<void> => {
    const fields = await read(ctx);
    if (!fields) return ask(ctx, '', 'again');
    const typed = fields['user_code'] ?? '';
    if (typed.trim() === '') return ask(ctx, '', 'missing');
    const code = parseUserCode(typed);
    if (code === undefined) return ask(ctx, typed, 'refused');
    const linked = tickets.fits(fields['ticket'] ?? '', code);
    const attempt = linked ? undefined : await guesses.attempt({ address: ctx.ip });
    const next = await openDevice(ctx, code);
    if (next === undefined) {
      attempt?.wrong();
      return ask(ctx, typed, 'refused');
    }
    await attempt?.release();
    seeOther(ctx, next);
  };

  return async (ctx, next) => {
    if (ctx.path !== devicePath) return next();
    if (ctx.method !== 'POST') {
      const { user_code: code = '', ticket = '' } = ctx.query;
      return ask(ctx, String(code), undefined, String(ticket).slice(0, 64));
    }
    try {
      await submit(ctx);
    } catch (error) {
      problem(ctx, error);
    }
  };
};
