import type { ResourceOutcome } from '#src/adobe-pass/preauthorize-in-parts';
import type { RestRequest } from './caller.ts';
import { type DecisionReason, whyDenied, whyUndecided } from './decision-reason.ts';
import type { PreauthorizeAll } from './preauthorize-all.ts';

/** Whether to show a resource as playable. */
export type BrowsedResource = { readonly resource: string } & (
  | { readonly decision: 'permit' }
  | { readonly decision: 'deny' | 'unknown'; readonly error: DecisionReason }
);

export type Browse = (
  request: RestRequest,
  question: { readonly mvpd: string; readonly resources: readonly string[] },
) => Promise<readonly BrowsedResource[]>;

/** What a viewer may expect to play, resource by resource. Never enough to play one: that takes an authorization. */
export const createBrowse =
  ({ preauthorizeAll }: { readonly preauthorizeAll: PreauthorizeAll }): Browse =>
  async (request, question) =>
    (await preauthorizeAll(request, question)).map(shown);

const shown = (outcome: ResourceOutcome): BrowsedResource => {
  const { resource } = outcome;
  if (!('decision' in outcome)) return { resource, decision: 'unknown', error: whyUndecided(outcome) };
  const error = whyDenied(outcome.decision);
  return error ? { resource, decision: 'deny', error } : { resource, decision: 'permit' };
};
