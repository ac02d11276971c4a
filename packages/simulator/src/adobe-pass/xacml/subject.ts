import { z } from 'zod';
import type { Authorization } from '#src/fixtures';
import type { Json } from '#src/lib/json';
import type { Subject } from './write-request.ts';

/** What a login by SAML leaves behind. */
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
 * How the request names the subscriber: by token of the authenticated session, which is its assertion's ID; by
 * NameID; or not at all. A login that left nothing behind is named by the subscriber's id.
 */
export const subjectOf = (form: Authorization['request'], { userId, session }: Subscriber): Subject => {
  if (form === 'bearer') return null;
  const login = samlLogin.safeParse(session).data;
  if (form === 'soap') return { kind: 'id', value: login?.nameId.value ?? userId };
  return { kind: 'token', value: Buffer.from(login?.assertion ?? userId).toString('base64') };
};

/** Who vouched for the subscriber at login; null when nobody did by SAML. */
export const issuerOf = ({ session }: Pick<Subscriber, 'session'>): string | null =>
  samlLogin.safeParse(session).data?.issuer ?? null;
