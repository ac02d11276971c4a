import type Koa from 'koa';
import { hasCode } from '#src/lib/errors';
import { chooseAppPage } from '#src/web/pages/choose-app';
import { activatePath, devicePath } from '../pages/next-links.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import { againAt, type ProblemPage } from '../pages/problem-page.ts';
import { show } from '../pages/show.ts';
import type { EnterSessionCode } from '../second-screen/enter-session-code.ts';
import { endPage } from '../second-screen/notices.ts';
import { seeOther } from '../sign-in/browser.ts';
import type { ApprovedDevices } from '../tv-provider/approved-devices.ts';
import { tvProviderPath } from '../tv-provider/paths.ts';
import type { ActivationFamilies, ActivationFamily } from './activation-families.ts';
import type { Activations } from './activations.ts';
import type { BrowserSession } from './browser-session.ts';
import type { CodeForm } from './code-form.ts';
import type { DeviceTickets } from './device-ticket.ts';
import type { EnterCode } from './enter-code.ts';
import type { OpenDevice } from './open-device.ts';
import { parseUserCode } from './user-code.ts';

type Link = ReturnType<typeof linkIn>;

interface Deps {
  readonly families: ActivationFamilies;
  readonly activations: Activations;
  readonly browserSession: BrowserSession;
  readonly codeForm: CodeForm;
  readonly tickets: DeviceTickets;
  readonly openDevice: OpenDevice;
  readonly approvedDevices: Pick<ApprovedDevices, 'findByCode'>;
  readonly enterCode: EnterCode;
  /** For codes of another form: those of apps that speak plain REST V2. */
  readonly enterSessionCode: EnterSessionCode;
  readonly problem: ProblemPage;
  readonly pageBrand: PageBrand;
}

/** What a form or a link has besides the code. */
const linkIn = (values: Readonly<Record<string, unknown>>) => ({
  ticket: String(values['ticket'] ?? '').slice(0, 64),
  serviceProvider: String(values['service_provider'] ?? '').slice(0, 128),
});

/**
 * The pages on which viewers enter the code of their device. The code of a QR link is only filled in: nothing is looked
 * up before the viewer presses the button. A code with its ticket is looked up then; one that was typed waits for the
 * viewer to sign in.
 */
export const createDevicePage = (deps: Deps): Koa.Middleware => {
  const { families, activations, browserSession, codeForm, tickets, problem, pageBrand } = deps;

  const chooseApp = (ctx: Koa.Context): void => {
    const apps = families.all.flatMap(({ path, apps }) => apps.map(({ name }) => ({ name, url: path })));
    show(ctx, (texts) => chooseAppPage(texts, { apps }));
  };

  const open = (ctx: Koa.Context, family: ActivationFamily | undefined): void => {
    const typed = String(ctx.query['user_code'] ?? '');
    const link = linkIn(ctx.query);
    const scanned = tickets.fits(link.ticket, parseUserCode(typed) ?? '');
    if (family || scanned) codeForm.ask(ctx, { path: ctx.path, typed, link });
    else chooseApp(ctx);
  };

  const enterTyped = async (ctx: Koa.Context, code: string, family: ActivationFamily): Promise<void> => {
    const viewer = await browserSession.viewerOf(ctx, family);
    if (!viewer) return seeOther(ctx, `/activation/${await activations.open(ctx, { family, code })}`);
    const next = await deps.enterCode(ctx, { code, family, account: viewer.id });
    if (next === undefined) codeForm.ask(ctx, { path: ctx.path, typed: code, problem: 'refused' });
    else seeOther(ctx, next);
  };

  /** Scanned again in the browser that has approved the device. */
  const approvedPage = async (ctx: Koa.Context, code: string): Promise<string | undefined> => {
    const approved = await deps.approvedDevices.findByCode(ctx, code);
    return approved && tvProviderPath(approved.id);
  };

  const enterForSession = async (ctx: Koa.Context, typed: string, family: ActivationFamily, link: Link) => {
    const entered = await deps.enterSessionCode(ctx, { typed, family: family.id, ...link });
    if ('next' in entered) return seeOther(ctx, entered.next);
    const { why } = entered;
    if (why === undefined) codeForm.ask(ctx, { path: ctx.path, typed, problem: 'refused' });
    else show(ctx, (texts) => endPage(texts, why), { status: 400 });
  };

  const submit = async (ctx: Koa.Context, family: ActivationFamily | undefined): Promise<void> => {
    const fields = await codeForm.read(ctx);
    const typed = fields?.['user_code'] ?? '';
    const again = (reason: 'again' | 'missing' | 'refused') =>
      codeForm.ask(ctx, { path: ctx.path, typed, problem: reason });
    if (!fields) return again('again');
    if (typed.trim() === '') return again('missing');
    const code = parseUserCode(typed);
    const link = linkIn(fields);
    if (code === undefined)
      return family ? enterForSession(ctx, typed.trim(), family, link) : again('refused');
    if (tickets.fits(link.ticket, code)) {
      const next = (await deps.openDevice(ctx, { code, linked: true })) ?? (await approvedPage(ctx, code));
      return next === undefined ? again('refused') : seeOther(ctx, next);
    }
    if (!family) return seeOther(ctx, devicePath);
    await enterTyped(ctx, code, family);
  };

  return async (ctx, next) => {
    const family = families.at(ctx.path);
    if (!family && ctx.path !== devicePath && ctx.path !== activatePath)
      return /^\/activate\//.test(ctx.path) ? seeOther(ctx, devicePath) : next();
    if (family) pageBrand.ofFamily(ctx, family);
    try {
      if (ctx.method === 'POST') await submit(ctx, family);
      else open(ctx, family);
    } catch (error) {
      const isForeign = hasCode(error, 'sign_in_form_foreign');
      problem(ctx, error, isForeign ? undefined : againAt(ctx.path));
    }
  };
};
