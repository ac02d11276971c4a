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
  /** What the link brought besides the code. */
  readonly link?: Link | undefined;
}

interface Link {
  readonly ticket: string;
  /** Of a code of REST V2. */
  readonly serviceProvider: string;
}

const display = (typed: string): string => {
  const code = parseUserCode(typed);
  return code === undefined ? typed.slice(0, 20) : formatUserCode(code);
};

/** The form for a device's code. It belongs to one browser, which need not be signed in. */
export const createCodeForm = ({ browserCookie, forms }: Deps) => ({
  ask: (ctx: Koa.Context, { path, typed, problem, link }: Question): void => {
    const csrf = forms.fieldsFor(`device:${browserCookie.ensure(ctx)}`);
    const { ticket, serviceProvider } = link ?? {};
    const linked = {
      ...(ticket && { ticket }),
      ...(serviceProvider && { service_provider: serviceProvider }),
    };
    const submit = { action: path, fields: { ...csrf, ...linked } };
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
