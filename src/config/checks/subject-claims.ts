import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

type Family = NonNullable<NonNullable<Draft['families']>[number]>;

/** Equal ids of two providers may belong to two people, so a subject takes its claim from one provider. */
export const subjectClaims = ({ families = [], identityProviders = [] }: Draft): Finding[] =>
  families.flatMap((family, index) => {
    const subject = family?.serviceToken?.subject;
    const listed = known(family);
    if (subject?.strategy !== 'claim' || !listed) return [];
    const path = ['families', index, 'serviceToken', 'subject'];
    const [provider = '', ...others] = subject.provider ? [subject.provider] : listed;
    if (others.length > 0)
      return [{ path: [...path, 'provider'], message: `is missing: one of ${listed.join(', ')}` }];
    if (!listed.includes(provider)) {
      const message = `"${provider}" is not an identity provider of this family`;
      return [{ path: [...path, 'provider'], message }];
    }
    const kind = identityProviders.find((candidate) => candidate?.id === provider)?.kind;
    return kind === 'facebook' && subject.claim !== undefined && subject.claim !== 'sub'
      ? [{ path: [...path, 'claim'], message: 'facebook has no id other than sub', write: 'sub' }]
      : [];
  });

/** The family's providers, if all of them are valid. */
const known = (family: Family | undefined): string[] | undefined => {
  const ids = family?.identityProviders?.filter((id) => id !== undefined);
  return ids && ids.length === family?.identityProviders?.length ? [...ids] : undefined;
};
