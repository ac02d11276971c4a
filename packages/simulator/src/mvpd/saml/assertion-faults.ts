import { createFaultQueue } from '../fault-queue.ts';
import type { AssertionContent } from './response.ts';

/** The steps by which an assertion is made; a fault replaces some of them. */
export interface Steps {
  readonly content: AssertionContent;
  /** The MVPD or proxy whose key signs; null leaves the assertion unsigned. */
  readonly signer: string | null;
  /** Turns the signed assertion into what the response contains. */
  assemble(assertion: string): string;
  /** Attributes of the response around the assertion. */
  readonly envelope: Pick<AssertionContent, 'destination' | 'requestId' | 'issuer'>;
}

type Fault = (steps: Steps) => Partial<Steps>;

const content =
  (change: (content: AssertionContent) => Partial<AssertionContent>): Fault =>
  ({ content: valid }) => ({ content: { ...valid, ...change(valid) } });

const stranger = 'https://stranger.example/saml';
const day = 24 * 3_600_000;

/** Removes the signature and gives the copy, which names the attacker's subscriber, another ID. */
const unsignedCopy = (assertion: string, userId: string, id: string): string =>
  assertion
    .replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '')
    .replace(/(<saml:NameID [^>]*>)[^<]*/, `$1${userId}`)
    .replace(/ ID="[^"]*"/, ` ID="${id}"`);

const somebodyElse = 'c29tZWJvZHktZWxzZQ==';

/** Kinds of malformed assertions. Adobe must reject every one of them. */
const catalogue = {
  unsigned: () => ({ signer: null }),
  'other-key': () => ({ signer: 'somebody else' }),
  'wrong-issuer': content(() => ({ issuer: stranger })),
  'wrong-audience': content(() => ({ audience: stranger })),
  'wrong-recipient': content(() => ({ destination: `${stranger}/consumer` })),
  'wrong-destination': ({ envelope }) => ({ envelope: { ...envelope, destination: `${stranger}/consumer` } }),
  'other-request': content(() => ({ requestId: '_ffffffffffffffffffffffffffffffff' })),
  expired: content(({ now }) => ({ now: now - day })),
  early: content(({ now }) => ({ now: now + day })),
  /** Changed after signing. */
  tampered: () => ({
    assemble: (assertion) => assertion.replace(/(<saml:NameID [^>]*>)[^<]*/, `$1${somebodyElse}`),
  }),
  /** An unsigned assertion in front of the signed one. */
  'two-assertions': () => ({
    assemble: (assertion) => unsignedCopy(assertion, somebodyElse, '_another') + assertion,
  }),
  /** Signature wrapping: the signed assertion is inside the signature of an unsigned one. */
  wrapped: () => ({
    assemble: (assertion) => {
      const [signature = ''] = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(assertion) ?? [];
      const original = assertion.replace(signature, '');
      const wrapping = signature.replace(
        '</ds:Signature>',
        `<ds:Object>${original}</ds:Object></ds:Signature>`,
      );
      return unsignedCopy(assertion, somebodyElse, '_wrapping').replace(
        '</saml:Issuer>',
        `</saml:Issuer>${wrapping}`,
      );
    },
  }),
  /** Signature wrapping: two elements share the signed ID. */
  'same-id': ({ content: { id } }) => ({
    assemble: (assertion) => assertion.replace('<saml:Subject>', `<saml:Subject><saml:Advice ID="${id}"/>`),
  }),
} satisfies Record<string, Fault>;

export type AssertionFaultKind = keyof typeof catalogue;

export const assertionFaultKinds = Object.keys(catalogue) as AssertionFaultKind[];

/** Fault injection into assertions. */
export const createAssertionFaults = () => {
  const { add, next, clear } = createFaultQueue<AssertionFaultKind>();
  return {
    add,
    clear,
    apply: (steps: Steps): Steps => {
      const kind = next(steps.content.session.mvpd);
      if (kind === undefined) return steps;
      const fault: Fault = catalogue[kind];
      return { ...steps, ...fault(steps) };
    },
  };
};

export type AssertionFaults = ReturnType<typeof createAssertionFaults>;
