import type { PartyContext } from '#src/party';
import { markup, type Xml } from '#src/xml/write';
import type { Keys } from '../keys.ts';
import { MvpdProblem } from '../problem.ts';
import type { Session, Sessions } from '../sessions.ts';
import type { Subscribers } from '../subscribers.ts';
import { entityIdOf, runnerOf, type SamlMvpd, type ServiceProviderAgreement } from './agreement.ts';
import type { AssertionFaults } from './assertion-faults.ts';
import type { AuthnRequest } from './authn-request.ts';
import { encryptAssertion } from './encrypt.ts';
import { type AssertionContent, assertionXml, responseXml } from './response.ts';
import { signElement } from './signing.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'ids' | 'clock'> {
  readonly agreement: ServiceProviderAgreement;
  readonly keys: Keys;
  readonly sessions: Pick<Sessions, 'addAssertion'>;
  readonly subscribers: Pick<Subscribers, 'byUserId'>;
  readonly faults: Pick<AssertionFaults, 'apply'>;
}

interface Question {
  readonly mvpd: SamlMvpd;
  readonly request: AuthnRequest;
}

/** Responses to AuthnRequests, as XML. The assertion is signed, then encrypted if that was agreed with Adobe. */
export const createIssuer = ({
  origins,
  ids,
  clock,
  agreement,
  keys,
  sessions,
  subscribers,
  faults,
}: Deps) => {
  const answering = ({ mvpd, request }: Question) => ({
    id: `_${ids.uuid()}`,
    requestId: request.id,
    issuer: entityIdOf(mvpd, origins),
    destination: agreement.assertionConsumer,
    now: clock.now(),
  });

  const contentOf = (question: Question, session: Session): AssertionContent => {
    const { mvpd, request } = question;
    const subscriber = subscribers.byUserId(mvpd.id, session.userId);
    if (!subscriber || !request.nameId) throw new MvpdProblem('The subscription has ended.');
    return {
      ...answering(question),
      audience: agreement.entityId,
      nameId: request.nameId,
      subscriber,
      session,
      qualified: mvpd.authentication.proxy !== undefined,
      includesLineup: mvpd.authorization?.preflight === 'channel-lineup',
    };
  };

  const encrypted = async (assertion: string): Promise<Xml> =>
    encryptAssertion(assertion, await agreement.publicKey(), ids);

  return {
    success: async (question: Question, session: Session): Promise<string> => {
      const { signature: algorithm, encryptsAssertions } = question.mvpd.authentication;
      const { content, signer, assemble, envelope } = faults.apply({
        content: contentOf(question, session),
        signer: runnerOf(question.mvpd),
        assemble: (assertion) => assertion,
        envelope: answering(question),
      });
      sessions.addAssertion(session, content.id);
      const unsigned = assertionXml(content);
      const key = signer === null ? null : await keys.of(signer).privateKey();
      const assertion = assemble(key === null ? unsigned : signElement(unsigned, { key, algorithm }));
      return responseXml(
        { ...answering(question), ...envelope },
        { codes: ['Success'], content: encryptsAssertions ? await encrypted(assertion) : markup(assertion) },
      );
    },
    /** `codes`, outermost first, without their common prefix. */
    failure: (question: Question, codes: readonly string[]): string =>
      responseXml(answering(question), { codes, content: null }),
  };
};

export type Issuer = ReturnType<typeof createIssuer>;
