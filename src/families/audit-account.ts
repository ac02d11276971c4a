import type { AccountEntry, Identity } from '#src/stores/ports';
import type { LinkRules } from './linking.ts';

export type FindingKind =
  | 'one-issuer'
  | 'different-addresses'
  | 'no-authority'
  | 'no-proof'
  | 'sign-in-without-provider'
  | 'session-without-provider'
  | 'session-without-account';

export interface Finding {
  readonly kind: FindingKind;
  readonly family: string | null;
  readonly account: string;
  /** For operators; without addresses. */
  readonly detail: string;
}

/** What an account has that today's rules would not allow. Pure. */
export const auditAccount = (
  { account, identities }: AccountEntry,
  { authorities }: Pick<LinkRules, 'authorities'>,
): Finding[] => {
  const finding = (kind: FindingKind, detail: string): Finding => ({
    kind,
    family: account.family,
    account: account.id,
    detail,
  });
  const repeated = repeatedIn(identities.map(({ issuer }) => issuer));
  const unproven = identities.filter(({ provenAt }) => provenAt === null);
  return [
    ...repeated.map((issuer) => finding('one-issuer', `several identities of ${issuer}`)),
    ...(repeated.length < identities.length - 1 ? linkFindings() : []),
    ...unproven.map(({ provider }) =>
      finding('no-proof', `the identity of ${provider} has no time of proof`),
    ),
  ];

  function linkFindings(): Finding[] {
    const names = identities.map(({ provider }) => provider).join(', ');
    if (!haveEqualKeys(identities))
      return [finding('different-addresses', `no address that ${names} have in common today`)];
    return identities
      .filter(({ linkAuthority }) => linkAuthority === null || !authorities.includes(linkAuthority))
      .map(({ provider }) =>
        finding('no-authority', `${provider} is not authoritative for the address today`),
      );
  }
};

const haveEqualKeys = ([first, ...others]: readonly Identity[]): boolean =>
  first !== undefined && first.linkKey !== null && others.every(({ linkKey }) => linkKey === first.linkKey);

const repeatedIn = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];
