import type { z } from 'zod';
import type { Browse } from '#src/flows/browse';
import type { RestRequest } from '#src/flows/caller';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { DecidePlay, Play } from '#src/flows/play';
import { readJson } from '../body.ts';
import type { Context, Handler } from '../context.ts';
import type { ReadDevice } from '../device.ts';
import type { ReportDevice } from '../device-report.ts';
import { guard, guardOut } from '../guard.ts';
import { headerOf } from '../header.ts';
import { describeNextStep } from '../next-step-text.ts';
import { signalOf } from '../request-scope.ts';
import { type CheckServiceProvider, nameSender, readSender, readSuppliedToken } from '../rest-request.ts';
import { decisions } from '../v1-endpoints.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  readonly browse: Browse;
  readonly decidePlay: DecidePlay;
  readonly checkServiceProvider: CheckServiceProvider;
  readonly readDevice: ReadDevice;
  readonly reportDevice: ReportDevice;
}

/** Decisions on any number of resources, of which partial failures are told per resource, or on the one to be played. */
export const createDecisionsHandler = (deps: Deps): Handler => {
  const decide = createDecide(deps);
  return async (ctx) => {
    const { bearer, serviceProvider, device, info } = readSender(ctx, decisions, deps.readDevice);
    // Read first, since a caller must not be identified long before the call.
    const question = guard(decisions.body.shape, await readJson(ctx));
    const caller = await deps.identifyCaller({ bearer, identifier: device.identifier });
    nameSender(ctx, caller);
    deps.checkServiceProvider(caller, serviceProvider);
    deps.reportDevice(caller.app.id, info, question.mvpd);
    const suppliedToken = readSuppliedToken(ctx);
    const signal = signalOf(ctx.state);
    const acceptLanguage = headerOf(ctx, 'accept-language');
    const sent = { device, serviceProvider, input: {}, suppliedToken, acceptLanguage };
    const request = { caller, ...sent, signal };
    const decided = await decide(ctx, request, question);
    ctx.body = guardOut(decisions.answer, { mvpd: question.mvpd, decisions: decided });
  };
};

const createDecide =
  ({ browse, decidePlay }: Deps) =>
  async (ctx: Context, request: RestRequest, question: z.output<typeof decisions.body.shape>) => {
    const { mvpd } = question;
    if (question.purpose === 'browse') return browse(request, { mvpd, resources: question.resources });
    const [resource] = question.resources;
    return [told(ctx, await decidePlay(request, { mvpd, resource }))];
  };

/** The decision, with the text for the viewer. */
const told = (ctx: Context, play: Play) => {
  if (play.decision === 'permit') return play;
  const { next: step, ...denied } = play;
  if (step === undefined) return denied;
  const { text, language } = describeNextStep(step, headerOf(ctx, 'accept-language'));
  ctx.set('Content-Language', language);
  ctx.vary('Accept-Language');
  return { ...denied, next: { step, text } };
};
