import { z } from 'zod';
import type { Authorization } from '#src/fixtures';
import type { Json } from '#src/lib/json';
import type { Subject } from './write-request.ts';

/** The stored session of a SAML login. */
const samlLogin = z.looseObject({
  issuer: z.string(),
  assertion: z.string(),
  nameId: z.looseObject({ value: z.string() }),
});

interface Subscriber {
  readonly userId: string;
  readonly session: Json;
}

/**
 * The subject of a request: a token of the session, which is its assertion's ID; a NameID; or none with a bearer
 * token. The subscriber's id replaces what the login's session does not contain.
 */
export const subjectOf = (form: Authorization['request'], { userId, session }: Subscriber): Subject => {
  if (form === 'bearer') return null;
  const login = samlLogin.safeParse(session).data;
  if (form === 'soap') return { kind: 'id', value: login?.nameId.value ?? userId };
  return { kind: 'token', value: Buffer.from(login?.assertion ?? userId).toString('base64') };
};

/** The issuer of the login's assertion; null if the login was not SAML. */
export const issuerOf = ({ session }: Pick<Subscriber, 'session'>): string | null =>
  samlLogin.safeParse(session).data?.issuer ?? null;
