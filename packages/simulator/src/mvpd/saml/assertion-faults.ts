import { createBendOrders } from '../fault-queue.ts';
import type { AssertionContent } from './response.ts';

/** What an assertion goes through on its way out; each step may be bent. */
export interface Steps {
  /** What the assertion says. */
  readonly content: AssertionContent;
  /** Whose key signs; null leaves it unsigned. */
  readonly signer: string | null;
  /** The finished assertion, as it goes into the response. */
  assemble(assertion: string): string;
  /** What the response says around it; Destination and InResponseTo alike. */
  readonly envelope: Pick<AssertionContent, 'destination' | 'requestId' | 'issuer'>;
}

type Bend = (steps: Steps) => Partial<Steps>;

const content =
  (change: (content: AssertionContent) => Partial<AssertionContent>): Bend =>
  ({ content: straight }) => ({ content: { ...straight, ...change(straight) } });

const stranger = 'https://stranger.example/saml';
const day = 24 * 3_600_000;

/** Takes the signature out, and the ID away from the copy that is to be believed. */
const unsignedCopy = (assertion: string, userId: string, id: string): string =>
  assertion
    .replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '')
    .replace(/(<saml:NameID [^>]*>)[^<]*/, `$1${userId}`)
    .replace(/ ID="[^"]*"/, ` ID="${id}"`);

const somebodyElse = 'c29tZWJvZHktZWxzZQ==';

/** Ways in which an MVPD's assertion can be wrong. Adobe must refuse every one of them. */
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
  /** Changed after it was signed. */
  tampered: () => ({
    assemble: (assertion) => assertion.replace(/(<saml:NameID [^>]*>)[^<]*/, `$1${somebodyElse}`),
  }),
  /** The signed one follows another that nobody signed. */
  'two-assertions': () => ({
    assemble: (assertion) => unsignedCopy(assertion, somebodyElse, '_another') + assertion,
  }),
  /** Signature wrapping: the signed assertion lies inside of the signature of an unsigned one. */
  wrapped: () => ({
    assemble: (assertion) => {
      const [signature = ''] = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(assertion) ?? [];
      const original = assertion.replace(signature, '');
      const holding = signature.replace(
        '</ds:Signature>',
        `<ds:Object>${original}</ds:Object></ds:Signature>`,
      );
      return unsignedCopy(assertion, somebodyElse, '_wrapping').replace(
        '</saml:Issuer>',
        `</saml:Issuer>${holding}`,
      );
    },
  }),
  /** Signature wrapping: two elements share the ID that was signed. */
  'same-id': ({ content: { id } }) => ({
    assemble: (assertion) => assertion.replace('<saml:Subject>', `<saml:Subject><saml:Advice ID="${id}"/>`),
  }),
} satisfies Record<string, Bend>;

export type BendName = keyof typeof catalogue;

export const bendNames = Object.keys(catalogue) as BendName[];

/** Which MVPD's next assertions are bent, and how. */
export const createBends = () => {
  const { add, next, clear } = createBendOrders<BendName>();
  return {
    add,
    clear,
    apply: (steps: Steps): Steps => {
      const name = next(steps.content.session.mvpd);
      if (name === undefined) return steps;
      const bend: Bend = catalogue[name];
      return { ...steps, ...bend(steps) };
    },
  };
};

export type Bends = ReturnType<typeof createBends>;
