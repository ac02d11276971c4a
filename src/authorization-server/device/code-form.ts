import type Koa from 'koa';
import { type DeviceCode, deviceCodePage } from '#src/web/pages/device-code';
import type { OwnForms } from '../pages/own-forms.ts';
import { show } from '../pages/show.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import { formatUserCode, parseUserCode } from './user-code.ts';

interface Deps {
  readonly browserCookie: BrowserCookie;
  readonly forms: OwnForms;
}

interface Question {
  /** Where the form is sent to. */
  readonly path: string;
  /** Typed or linked, unverified: it is shown again, never looked up. */
  readonly typed: string;
  readonly problem?: DeviceCode['problem'];
  readonly ticket?: string | undefined;
}

const display = (typed: string): string => {
  const code = parseUserCode(typed);
  return code === undefined ? typed.slice(0, 20) : formatUserCode(code);
};

/** The form for a device's code. It belongs to one browser, which need not be signed in. */
export const createCodeForm = ({ browserCookie, forms }: Deps) => ({
  ask: (ctx: Koa.Context, { path, typed, problem, ticket }: Question): void => {
    const csrf = forms.fieldsFor(`device:${browserCookie.ensure(ctx)}`);
    const submit = { action: path, fields: { ...csrf, ...(ticket && { ticket }) } };
    const view = { submit, code: display(typed), problem };
    show(ctx, (texts) => deviceCodePage(texts, view), { status: problem ? 400 : 200 });
  },

  /** The fields that were sent; undefined when the form is not this browser's. Errors: sign_in_form_foreign. */
  read: async (ctx: Koa.Context): Promise<Record<string, string> | undefined> => {
    forms.rejectForeign(ctx);
    const browser = browserCookie.read(ctx);
    return browser === undefined ? undefined : forms.read(ctx, `device:${browser}`).catch(() => undefined);
  },
});

export type CodeForm = ReturnType<typeof createCodeForm>;
