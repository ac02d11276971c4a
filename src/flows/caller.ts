import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Device } from '#src/lib/device';
import { fail } from '#src/lib/errors';
import type { Input } from '#src/rest-v2/operation';
import type { ChangeKey } from '#src/stores/change-feed';
import type { Account, CredentialPair, Instance } from '#src/stores/ports';

/** Who is calling: an instance of an app, and the viewer signed in on it, if any. */
export interface Caller {
  readonly app: AppConfig;
  readonly family: FamilyConfig;
  readonly instance: Instance;
  readonly viewer?: string | undefined;
  readonly account?: Account | undefined;
  /** The viewer's sign-in. */
  readonly grant?: string | undefined;
  /** The hash of the viewer's access token. */
  readonly token?: string | undefined;
  /** Credentials on the instance that were read with the caller: the viewer's and those of nobody. */
  readonly pairs: readonly CredentialPair[];
  /** When the bearer expires; undefined if that is not known. */
  readonly expiresAt?: number | undefined;
}

/** The changes after which a caller may be somebody else, or nobody. */
export const restsOn = ({ instance, viewer, grant, token, pairs }: Caller): ChangeKey[] => [
  { kind: 'instance', id: instance.id },
  ...(viewer === undefined ? [] : [{ kind: 'account', id: viewer } as const]),
  ...(grant === undefined ? [] : [{ kind: 'sign-in', id: grant } as const]),
  ...(token === undefined ? [] : [{ kind: 'access-token', id: token } as const]),
  ...pairs.map(({ id }) => ({ kind: 'credentials', id }) as const),
];

/** A REST V2 request, checked. */
export interface RestRequest {
  readonly caller: Caller;
  readonly device: Device;
  readonly serviceProvider: string;
  readonly input: Input;
  /** The AD-Service-Token that the app supplied, not yet verified. */
  readonly suppliedToken?: string | undefined;
  /** Whether only an answer of now will do. */
  readonly isFresh?: boolean;
  /** For each of the resources, in their order, what the app calls it besides. */
  readonly names?: readonly (readonly string[])[];
  /** The languages that the viewer reads (RFC 9110 §12.5.4). */
  readonly acceptLanguage?: string;
  readonly signal?: AbortSignal | undefined;
}

/** The authentication code in the path. Errors: invalid_authentication_session. */
export const codeIn = ({ input }: RestRequest): string => {
  const code = input.parameters?.['code'];
  if (code === undefined) throw fail('invalid_authentication_session', { field: 'code' });
  return code;
};

/** The account whose credentials a call uses; null for the device's own. */
export const holderOf = ({ family, viewer }: Caller): string | null =>
  family.profilesPer === 'viewer' ? (viewer ?? null) : null;
