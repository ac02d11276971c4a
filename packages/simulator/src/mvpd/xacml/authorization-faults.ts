import { obligationIds, statusCodes } from '#src/xacml-names';
import { createFaultQueue } from '../fault-queue.ts';
import type { Outcome } from './decide.ts';

/** The parts of a response; a fault replaces some of them. The last three exist in the SOAP form only. */
export interface Parts {
  readonly outcomes: readonly Outcome[];
  /** Seconds that the assertion is valid; null for no end. */
  readonly conditions: number | null;
  readonly issuer: string;
  readonly inResponseTo: string;
  /** Whose key signs; null leaves the response unsigned. */
  readonly signer: 'own' | 'somebody else' | null;
}

type Fault = (parts: Parts) => Partial<Parts>;

const each =
  (change: (outcome: Outcome) => Partial<Outcome>): Fault =>
  ({ outcomes }) => ({ outcomes: outcomes.map((outcome) => ({ ...outcome, ...change(outcome) })) });

const unknownObligation = { id: 'urn:example:obligations:unheard-of', assignments: [] };

/** Kinds of wrong authorization responses. None of them may become a permit. */
const catalogue = {
  'missing-result': ({ outcomes }) => ({ outcomes: outcomes.slice(1) }),
  'wrong-resource': ({ outcomes: [first, ...others] }) => ({
    outcomes: first ? [{ ...first, resource: `not-${first.resource}` }, ...others] : [],
  }),
  'result-twice': ({ outcomes }) => ({ outcomes: [...outcomes, ...outcomes.slice(0, 1)] }),
  indeterminate: each(() => ({
    decision: 'Indeterminate',
    statusCode: statusCodes.processingError,
    statusMessage: 'The MVPD cannot decide now',
    obligations: [],
  })),
  'unknown-obligation': each(({ obligations }) => ({ obligations: [...obligations, unknownObligation] })),
  /** Neither Conditions with an end nor re-authz, which leaves only Adobe's own setting. */
  'no-time-to-live': (parts) => ({
    conditions: null,
    ...each(({ obligations }) => ({
      obligations: obligations.filter(({ id }) => id !== obligationIds.reauthorize),
    }))(parts),
  }),
  'wrong-issuer': () => ({ issuer: 'https://stranger.example/saml' }),
  'other-query': () => ({ inResponseTo: '_ffffffffffffffffffffffffffffffff' }),
  unsigned: () => ({ signer: null }),
  'other-key': () => ({ signer: 'somebody else' }),
} satisfies Record<string, Fault>;

export type AuthorizationFaultKind = keyof typeof catalogue;

export const authorizationFaultKinds = Object.keys(catalogue) as AuthorizationFaultKind[];

/** Fault injection into authorization responses. */
export const createAuthorizationFaults = () => {
  const { add, next, clear } = createFaultQueue<AuthorizationFaultKind>();
  return {
    add,
    clear,
    apply: (mvpd: string, parts: Parts): Parts => {
      const kind = next(mvpd);
      if (kind === undefined) return parts;
      const fault: Fault = catalogue[kind];
      return { ...parts, ...fault(parts) };
    },
  };
};

export type AuthorizationFaults = ReturnType<typeof createAuthorizationFaults>;
