import type { Clock } from '#src/lib/clock';
import type { ArtifactKey } from '#src/stores/expiring-ports';
import type { CallerStore, StoredIssue } from '#src/stores/ports';
import type { RequestFacts } from '../request-facts.ts';

interface Deps {
  readonly callers: Pick<CallerStore, 'byIssue'>;
  readonly clock: Pick<Clock, 'now'>;
}

export type FindIssue = (facts: RequestFacts, key: ArtifactKey) => Promise<StoredIssue | undefined>;

/** The code or token in a request, with everything it was issued for: read once per request. */
export const createFindIssue =
  ({ callers, clock }: Deps): FindIssue =>
  async (facts, { model, id }) => {
    if (facts.issue?.model === model && facts.issue.id === id) return facts.issue.found;
    const found = await callers.byIssue({ model, id }, clock.now());
    facts.issue = { model, id, found };
    return found;
  };
