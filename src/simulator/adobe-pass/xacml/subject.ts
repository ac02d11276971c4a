import { z } from 'zod';
import type { Json } from '#src/lib/json';
import type { Authorization } from '../../fixtures.ts';
import type { Subject } from './write-request.ts';

/** What SAML leaves behind at login; an MVPD without it is asked by the subscriber's id. */
const samlSession = z.looseObject({
  nameId: z.string().min(1).optional(),
  sessionIndex: z.string().min(1).optional(),
});

interface Subscriber {
  readonly userId: string;
  readonly session: Json;
}

/** How the request names the subscriber: token of the authenticated session, NameID, or not at all. */
export const subjectOf = (form: Authorization['request'], { userId, session }: Subscriber): Subject => {
  if (form === 'bearer') return null;
  const { nameId, sessionIndex } = samlSession.safeParse(session).data ?? {};
  if (form === 'soap') return { kind: 'id', value: nameId ?? userId };
  return { kind: 'token', value: Buffer.from(sessionIndex ?? userId).toString('base64') };
};
