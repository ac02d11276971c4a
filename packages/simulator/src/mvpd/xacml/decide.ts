import type { Authorization, Subscription } from '#src/fixtures';
import {
  assignmentIds,
  dataTypes,
  type Obligation,
  obligationIds,
  reasonCodes,
  statusCodes,
} from '#src/xacml-names';
import type { AskedResource } from './read-request.ts';

export interface Outcome {
  readonly resource: string;
  readonly decision: 'Permit' | 'Deny' | 'Indeterminate' | 'NotApplicable';
  readonly statusCode: string;
  readonly statusMessage: string;
  readonly obligations: readonly Obligation[];
}

/** The subscriber and the state of their session. */
export interface Principal {
  readonly subscription: Subscription;
  /** Whether the subscriber was authenticated by their home connection. */
  readonly atHome: boolean;
}

interface Question {
  readonly principal: Principal;
  readonly resource: AskedResource;
  /** Whether the resource exists in the MVPD's catalogue. */
  readonly isKnown: (resource: string) => boolean;
  readonly address: string | null;
  readonly authorization: Authorization;
}

const scales = {
  vchip: ['tv-y', 'tv-y7', 'tv-g', 'tv-pg', 'tv-14', 'tv-ma'],
  mpaa: ['g', 'pg', 'pg-13', 'r', 'nc-17'],
};

/** An unknown rating exceeds every limit except the highest. */
const exceeds = (scale: readonly string[], rating: string | null, limit: string): boolean => {
  if (rating === null) return false;
  const place = scale.indexOf(rating.toLowerCase());
  return (place < 0 ? scale.length - 1 : place) > scale.indexOf(limit.toLowerCase());
};

const assignment = (id: string, value: string, dataType: string = dataTypes.string) => ({
  id,
  dataType,
  value,
});

const reason = (code: string, message?: string): Obligation => ({
  id: obligationIds.reason,
  assignments: [
    ...(message === undefined ? [] : [assignment(assignmentIds.message, message)]),
    assignment(assignmentIds.reasonCode, code),
  ],
});

const permitObligations = (
  { logs, reauthorizeAfter, ratings }: Authorization,
  { maxTvRating, maxMovieRating }: Subscription,
): Obligation[] => [
  ...(logs ? [{ id: obligationIds.log, assignments: [] }] : []),
  ...(reauthorizeAfter === null
    ? []
    : [
        {
          id: obligationIds.reauthorize,
          assignments: [assignment(assignmentIds.seconds, String(reauthorizeAfter), dataTypes.integer)],
        },
      ]),
  ...(ratings
    ? [
        {
          id: obligationIds.ratings,
          assignments: [
            assignment(assignmentIds.maxVchip, maxTvRating),
            assignment(assignmentIds.maxMpaa, maxMovieRating),
          ],
        },
      ]
    : []),
];

const outcome = (
  decision: Outcome['decision'],
  { id }: AskedResource,
  statusMessage: string,
  obligations: readonly Obligation[] = [],
): Outcome => ({ resource: id, decision, statusCode: statusCodes.ok, statusMessage, obligations });

/** Whether the subscriber may view the resource: checks home, then package, then parental controls. */
export const decide = ({ principal, resource, isKnown, address, authorization }: Question): Outcome => {
  const { subscription, atHome } = principal;
  const { resources, home = [], maxTvRating, maxMovieRating } = subscription;
  if (atHome && !home.some((connection) => connection.address === address)) {
    const message = 'The device is no longer at home';
    return outcome('Deny', resource, message, [reason(reasonCodes.outOfHome)]);
  }
  const names = [resource.id, ...(resource.network === null ? [] : [resource.network])];
  if (!names.some((name) => resources.includes(name))) {
    const message = `Your subscription package does not include "${resource.network ?? resource.id}"`;
    if (!names.some(isKnown)) return outcome('NotApplicable', resource, message);
    return outcome('Deny', resource, message, [{ id: obligationIds.upgrade, assignments: [] }]);
  }
  const restricted =
    exceeds(scales.vchip, resource.vchip, maxTvRating) || exceeds(scales.mpaa, resource.mpaa, maxMovieRating);
  if (restricted) {
    const message = 'Parental controls do not allow this rating';
    return outcome('Deny', resource, message, [{ id: obligationIds.restrict, assignments: [] }]);
  }
  return outcome('Permit', resource, 'ok', permitObligations(authorization, subscription));
};

/** Denies all resources: the subscriber is unknown or their session has ended. */
export const denyAll = (
  resources: readonly AskedResource[],
  code: string,
  message: string,
): readonly Outcome[] =>
  resources.map((resource) => outcome('Deny', resource, message, [reason(code, message)]));
