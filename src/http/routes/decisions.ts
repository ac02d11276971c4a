import type { z } from 'zod';
import type { Browse } from '#src/flows/browse';
import type { RestRequest } from '#src/flows/caller';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { DecidePlay, Play } from '#src/flows/play';
import type { FormatResource } from '#src/resources/format-resource';
import type { NamedResource } from '#src/resources/resource';
import { readJson } from '../body.ts';
import type { Context, Handler } from '../context.ts';
import type { ReadDevice } from '../device.ts';
import type { ReportDevice } from '../device-report.ts';
import { guard, guardOut } from '../guard.ts';
import { headerOf } from '../header.ts';
import { describeNextStep } from '../next-step-text.ts';
import { parameterCode } from '../parameter-codes.ts';
import { signalOf } from '../request-scope.ts';
import { type CheckServiceProvider, nameSender, readSender, readSuppliedToken } from '../rest-request.ts';
import { decisions } from '../v1-endpoints.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  readonly browse: Browse;
  readonly decidePlay: DecidePlay;
  readonly formatResource: FormatResource;
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
    const question = guard(decisions.body.shape, await readJson(ctx), parameterCode);
    const caller = await deps.identifyCaller({ bearer, identifier: device.identifier });
    nameSender(ctx, caller);
    deps.checkServiceProvider(caller, serviceProvider);
    deps.reportDevice(caller.app.id, info, question.mvpd);
    const suppliedToken = readSuppliedToken(ctx);
    const signal = signalOf(ctx.state);
    const acceptLanguage = headerOf(ctx, 'accept-language');
    const input = { parameters: { mvpd: question.mvpd } };
    const sent = { device, serviceProvider, input, suppliedToken, acceptLanguage };
    const request = { caller, ...sent, signal };
    const decided = await decide(ctx, request, question);
    ctx.body = guardOut(decisions.answer, { mvpd: question.mvpd, decisions: decided });
  };
};

const createDecide =
  ({ browse, decidePlay, formatResource }: Deps) =>
  async (ctx: Context, request: RestRequest, question: z.output<typeof decisions.body.shape>) => {
    const { mvpd } = question;
    const named: RestRequest = { ...request, names: question.resources.map(namesOf) };
    if (question.purpose === 'browse') {
      const resources = question.resources.map((resource) => formatResource(resource, mvpd));
      const browsed = await browse(named, { mvpd, resources });
      return browsed.map((found, index) => ({ ...found, resource: question.resources[index] }));
    }
    const [resource] = question.resources;
    const sent = formatResource(resource, mvpd);
    return [told(ctx, resource, await decidePlay(named, { mvpd, resource: sent }))];
  };

/** What of a resource's names may be left out at an MVPD. */
const namesOf = (resource: NamedResource): readonly string[] =>
  typeof resource === 'string' ? [] : [resource.channel, resource.id ?? [], resource.title ?? []].flat();

/** The decision on the resource as it was named, with the text for the viewer. */
const told = (ctx: Context, named: NamedResource, { resource: sent, ...play }: Play) => {
  if (play.decision === 'permit') {
    const mediaToken = { ...play.mediaToken, ...(typeof named !== 'string' && { resource: sent }) };
    return { ...play, resource: named, mediaToken };
  }
  const { next: step, ...denied } = play;
  if (step === undefined) return { ...denied, resource: named };
  const { text, language } = describeNextStep(step, headerOf(ctx, 'accept-language'));
  ctx.set('Content-Language', language);
  ctx.vary('Accept-Language');
  return { ...denied, resource: named, next: { step, text } };
};
