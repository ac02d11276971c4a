import { obligationIds, statusCodes } from '#src/xacml-names';
import { createBendOrders } from '../fault-queue.ts';
import type { Outcome } from './decide.ts';

/** What an answer goes through on its way out; each step may be bent. The last three are of the SOAP form alone. */
export interface Steps {
  readonly outcomes: readonly Outcome[];
  /** Seconds that the assertion holds; null for no end. */
  readonly conditions: number | null;
  readonly issuer: string;
  readonly inResponseTo: string;
  /** Whose key signs; null leaves the answer unsigned. */
  readonly signer: 'own' | 'somebody else' | null;
}

type Bend = (steps: Steps) => Partial<Steps>;

const each =
  (change: (outcome: Outcome) => Partial<Outcome>): Bend =>
  ({ outcomes }) => ({ outcomes: outcomes.map((outcome) => ({ ...outcome, ...change(outcome) })) });

const unheardOf = { id: 'urn:example:obligations:unheard-of', assignments: [] };

/** Ways in which an MVPD's answer can be wrong; none of them may become a permit. */
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
  'unknown-obligation': each(({ obligations }) => ({ obligations: [...obligations, unheardOf] })),
  /** Neither Conditions that end nor re-authz: Adobe's own setting is all there is. */
  'no-time-to-live': (steps) => ({
    conditions: null,
    ...each(({ obligations }) => ({
      obligations: obligations.filter(({ id }) => id !== obligationIds.reauthorize),
    }))(steps),
  }),
  'wrong-issuer': () => ({ issuer: 'https://stranger.example/saml' }),
  'other-query': () => ({ inResponseTo: '_ffffffffffffffffffffffffffffffff' }),
  unsigned: () => ({ signer: null }),
  'other-key': () => ({ signer: 'somebody else' }),
} satisfies Record<string, Bend>;

export type AnswerBend = keyof typeof catalogue;

export const answerBends = Object.keys(catalogue) as AnswerBend[];

/** Which MVPD's next answers are bent, and how. */
export const createAnswerBends = () => {
  const { add, next, clear } = createBendOrders<AnswerBend>();
  return {
    add,
    clear,
    apply: (mvpd: string, steps: Steps): Steps => {
      const name = next(mvpd);
      if (name === undefined) return steps;
      const bend: Bend = catalogue[name];
      return { ...steps, ...bend(steps) };
    },
  };
};

export type AnswerBends = ReturnType<typeof createAnswerBends>;
