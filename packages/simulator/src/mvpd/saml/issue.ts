import type { PartyContext } from '#src/party';
import type { Keys } from '../keys.ts';
import { MvpdProblem } from '../problem.ts';
import type { Session, Sessions } from '../sessions.ts';
import type { Subscribers } from '../subscribers.ts';
import { entityIdOf, runnerOf, type SamlMvpd, type ServiceProviderAgreement } from './agreement.ts';
import type { Bends } from './assertion-faults.ts';
import type { AuthnRequest } from './authn-request.ts';
import { encryptAssertion } from './encrypt.ts';
import { type AssertionContent, assertionXml, responseXml } from './response.ts';
import { signElement } from './signing.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'ids' | 'clock'> {
  readonly agreement: ServiceProviderAgreement;
  readonly keys: Keys;
  readonly sessions: Pick<Sessions, 'tell'>;
  readonly subscribers: Subscribers;
  readonly bends: Bends;
}

interface Question {
  readonly mvpd: SamlMvpd;
  readonly request: AuthnRequest;
}

/** Responses to AuthnRequests, as XML: the assertion is signed, and then encrypted where that was agreed on. */
export const createIssuer = ({
  origins,
  ids,
  clock,
  agreement,
  keys,
  sessions,
  subscribers,
  bends,
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
      tellsLineup: mvpd.authorization?.preflight === 'channel-lineup',
    };
  };

  return {
    success: async (question: Question, session: Session): Promise<string> => {
      const { signature: algorithm, encryptsAssertions } = question.mvpd.authentication;
      const { content, signer, assemble, envelope } = bends.apply({
        content: contentOf(question, session),
        signer: runnerOf(question.mvpd),
        assemble: (assertion) => assertion,
        envelope: answering(question),
      });
      sessions.tell(session, content.id);
      const unsigned = assertionXml(content);
      const key = signer === null ? null : await keys.of(signer).privateKey();
      const assertion = assemble(key === null ? unsigned : signElement(unsigned, { key, algorithm }));
      const sealed = encryptsAssertions
        ? encryptAssertion(assertion, await agreement.publicKey(), ids)
        : assertion;
      return responseXml({ ...answering(question), ...envelope }, { codes: ['Success'], content: sealed });
    },
    /** `codes` without their common beginning, the outermost first. */
    failure: (question: Question, codes: readonly string[]): string =>
      responseXml(answering(question), { codes, content: '' }),
  };
};

export type Issuer = ReturnType<typeof createIssuer>;
