import type { VerifiedIdentity } from '#src/identity/provider';
import { seconds } from '#src/lib/clock';
import { type SessionOrigin, toAmr } from '../provider/session-origin.ts';

/** A viewer whom an identity provider has just proven. */
export interface ProvenViewer {
  /** The account. */
  readonly id: string;
  readonly origin: SessionOrigin;
  /** Seconds: when the viewer entered credentials, or came back where the provider does not say. */
  readonly authTime: number;
  readonly acr: string | undefined;
}

/** `provenAt`: when the viewer came back. */
export const provenViewer = (
  account: string,
  identity: VerifiedIdentity,
  provenAt: number,
): ProvenViewer => ({
  id: account,
  origin: { provider: identity.provider, provenAt },
  authTime: identity.authTime ?? seconds(provenAt),
  acr: identity.acr,
});

/** As oidc-provider's sessions and interactions hold it. */
export const loginOf = ({ id, origin, authTime, acr }: ProvenViewer) => ({
  accountId: id,
  ts: authTime,
  amr: toAmr(origin),
  acr,
});
