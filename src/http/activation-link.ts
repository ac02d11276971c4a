import type { Answer } from '#src/adobe-pass/types';
import type { ActivationLinks } from '#src/flows/activation-links';
import type { RestRequest } from '#src/flows/caller';
import { codeOf } from '#src/flows/session-code';
import type { Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import type { Context } from './context.ts';

/** Beside the code that Adobe's answer has: the link for a QR code, which leads to the page for that code. */
export const activationLinkHeader = 'Kinpass-Activation-Link';

/** Operations that give a device a code. */
const givesCode = new Set<string>([operations.createSession.name, operations.createPartnerSession.name]);

/** Undefined for an operation that gives a device no code. */
export const createTellActivationLink =
  ({ of }: Pick<ActivationLinks, 'of'>) =>
  ({ name }: Operation): TellActivationLink | undefined =>
    givesCode.has(name)
      ? (ctx, { caller, serviceProvider }, answer) => {
          const created = codeOf(answer);
          if (!created) return;
          ctx.set(activationLinkHeader, of({ serviceProvider, code: created.code }, caller.family.id));
        }
      : undefined;

export type TellActivationLink = (ctx: Context, request: RestRequest, answer: Answer) => void;
