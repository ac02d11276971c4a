import type Koa from 'koa';
import { type ErrorCode, fail, KinpassError } from '#src/lib/errors';
import { errorFields } from '#src/observability/logger';
import type { Messages } from '#src/web/messages';
import { noticePage } from '#src/web/pages/notice';
import type { Deps as ServerDeps } from '../deps.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import type { ProblemPage } from '../pages/problem-page.ts';
import { referenceIn } from '../pages/reference.ts';
import { show } from '../pages/show.ts';
import { noteUiLocales } from '../request-facts.ts';
import type { ApprovedDevices } from './approved-devices.ts';
import { showDeviceSuccess } from './device-success.ts';
import { linksOf, type Visit } from './visit.ts';

interface Deps extends Pick<ServerDeps, 'findClient' | 'log'> {
  readonly approvedDevices: Pick<ApprovedDevices, 'require'>;
  readonly pageBrand: PageBrand;
  readonly problem: ProblemPage;
}

/** The viewer's own, which the page of problems explains. */
const ofViewer: ReadonlySet<ErrorCode> = new Set(['sign_in_expired', 'sign_in_form_foreign']);

/** Where the rest is left to the device: its own fault, or one that trying again does not mend. */
const leftToDevice: ReadonlyMap<ErrorCode, string> = new Map([
  ['gateway_device_mismatch', 'a device asked for its code with the identifier of another one'],
  [
    'invalid_parameter_redirect_url',
    'no TV provider can be used on the phone: Adobe refuses the address of the gateway',
  ],
]);

/** Runs a step of an approved device's pages. Where it fails, the device is signed in all the same, and the page says so. */
export const createVisitStep = (deps: Deps) => {
  const { log, problem } = deps;

  const open = async (ctx: Koa.Context): Promise<Visit> => {
    const approval = await deps.approvedDevices.require(ctx, ctx['params'].id);
    noteUiLocales(ctx, { ui_locales: approval.uiLocales });
    const client = await deps.findClient(approval.clientId);
    if (!client) throw fail('sign_in_expired', { detail: 'the client no longer exists' });
    deps.pageBrand.ofApp(ctx, client.app);
    return { ctx, approval, app: client.app.name };
  };

  const showDown = ({ ctx, approval, app }: Visit, error: unknown): void => {
    log.error(errorFields(error), 'a login at a TV provider failed');
    const { status = 500, retryAfter } = error instanceof KinpassError ? error : {};
    if (retryAfter !== undefined) ctx.set('Retry-After', String(retryAfter));
    const { page, later } = linksOf(approval);
    const view = (texts: Messages) =>
      noticePage({
        mark: '!',
        title: texts.providerDownTitle,
        lead: texts.providerDownLead(app),
        links: [
          { href: page, label: texts.tryAgain },
          { href: later, label: texts.finishLater },
        ],
        reference: referenceIn(texts),
      });
    show(ctx, view, { status: Math.max(500, status) });
  };

  const explain = (visit: Visit, error: unknown): void => {
    const { ctx, app } = visit;
    const code = error instanceof KinpassError ? error.code : undefined;
    const reason = code && leftToDevice.get(code);
    if (code && ofViewer.has(code)) problem(ctx, error);
    else if (reason !== undefined) {
      log.warn(errorFields(error), reason);
      showDeviceSuccess(ctx, app);
    } else showDown(visit, error);
  };

  return (run: (visit: Visit) => Promise<void>) =>
    async (ctx: Koa.Context): Promise<void> => {
      let visit: Visit | undefined;
      try {
        visit = await open(ctx);
        await run(visit);
      } catch (error) {
        if (visit) explain(visit, error);
        else problem(ctx, error);
      }
    };
};

export type VisitStep = ReturnType<typeof createVisitStep>;
