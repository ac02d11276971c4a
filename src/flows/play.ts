import type { Answer } from '#src/adobe-pass/types';
import { fail } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { OperationFlow } from './call-operation.ts';
import type { RestRequest } from './caller.ts';
import { type DecisionReason, whyDenied, whyUndecided } from './decision-reason.ts';
import { type NextStep, nextStepOf, type UpgradeTexts } from './next-step.ts';

/** Whether a resource plays. */
export type Play = { readonly resource: string } & (
  | { readonly decision: 'permit'; readonly mediaToken: MediaTokenOfPermit }
  | {
      readonly decision: 'deny' | 'unknown';
      readonly error: DecisionReason;
      readonly next?: NextStep | undefined;
    }
);

export interface MediaTokenOfPermit {
  /** For the programmer's media server, as it is. */
  readonly serializedToken: string;
  /** Epoch milliseconds. */
  readonly notBefore?: number | undefined;
  readonly notAfter?: number | undefined;
}

interface Deps {
  /** The operation of REST V2, under the business rules. */
  readonly authorize: OperationFlow;
  readonly upgrades: UpgradeTexts;
}

export type DecidePlay = (
  request: RestRequest,
  question: { readonly mvpd: string; readonly resource: string },
) => Promise<Play>;

/**
 * One authorization at Adobe, each time, unless a business rule denies it before: it counts as one play in Adobe's reports, and its
 * media token is used once. Errors: those of the viewer call, and gateway_adobe_answer_invalid for a permit without a media token.
 * Source: Adobe Pass, REST API V2, Retrieve authorization decisions using specific mvpd.
 */
export const createDecidePlay =
  ({ authorize, upgrades }: Deps): DecidePlay =>
  async (request, { mvpd, resource }) => {
    const input = { parameters: { mvpd }, body: { resources: [resource] } };
    const refusedWith = (decision: 'deny' | 'unknown', error: DecisionReason): Play => ({
      resource,
      decision,
      error,
      next: nextStepOf(error, mvpd, upgrades),
    });
    const answer = await authorize({ ...request, input });
    if (answer.status >= 400) return refusedWith('unknown', whyUndecided({ resource, refused: answer }));
    const decision = decisionIn(answer, resource);
    const error = whyDenied(decision, 'authorization_denied_by_mvpd');
    if (error) return refusedWith('deny', error);
    return { resource, decision: 'permit', mediaToken: mediaTokenOf(decision) };
  };

const decisionIn = ({ body }: Answer, resource: string): JsonObject => {
  const decisions = Array.isArray(body['decisions']) ? (body['decisions'] as JsonObject[]) : [];
  const decision = decisions.find((found) => found['resource'] === resource);
  if (decision) return decision;
  throw fail('gateway_adobe_answer_invalid', { detail: 'the resource has no decision' });
};

const instantOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const mediaTokenOf = (decision: JsonObject): MediaTokenOfPermit => {
  const token = decision['token'] as JsonObject | undefined;
  const serializedToken = token?.['serializedToken'];
  if (typeof serializedToken !== 'string')
    throw fail('gateway_adobe_answer_invalid', { detail: 'a permit has no media token' });
  return {
    serializedToken,
    notBefore: instantOf(token?.['notBefore']),
    notAfter: instantOf(token?.['notAfter']),
  };
};
