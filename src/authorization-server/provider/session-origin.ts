import type { Config } from '#src/config/schema';
import { seconds } from '#src/lib/clock';

/** What a browser session rests on. */
export interface SessionOrigin {
  /** The configured identity provider. */
  readonly provider: string;
  /** When the viewer came back from it, epoch milliseconds. */
  readonly provenAt: number;
}

/**
 * oidc-provider's sessions, codes and interactions have no room for fields of ours: `amr`, which no ID token of ours
 * contains, says where the session comes from.
 */
export const toAmr = ({ provider, provenAt }: SessionOrigin): string[] => [
  `idp:${provider}`,
  `at:${provenAt}`,
];

/** Undefined for a session that does not say: it is no session. */
export const originOf = (amr: readonly string[] | undefined): SessionOrigin | undefined => {
  const [, provider] = /^idp:(.+)$/.exec(amr?.[0] ?? '') ?? [];
  const [, provenAt] = /^at:(\d{1,15})$/.exec(amr?.[1] ?? '') ?? [];
  return provider === undefined || provenAt === undefined
    ? undefined
    : { provider, provenAt: Number(provenAt) };
};

/** Seconds until a browser session ends: unused, or because its proof is too old. */
export const sessionLife = (
  session: { readonly amr?: readonly string[] | undefined },
  { sessionIdleLifetime, sessionLifetime }: Pick<Config['signIn'], 'sessionIdleLifetime' | 'sessionLifetime'>,
  now: number,
): number => {
  const provenAt = originOf(session.amr)?.provenAt ?? now;
  return Math.max(1, seconds(Math.min(sessionIdleLifetime, provenAt + sessionLifetime - now)));
};
