import type { Tables } from './tables.ts';

/** Removes what oidc-provider issued for a grant, and the grant. */
export const removeGrant = ({ artifacts, redeemed }: Tables, grant: string): void => {
  const always = Number.NEGATIVE_INFINITY;
  const ofGrant = artifacts.filter(
    ({ model, id, grantId }) => grantId === grant || (model === 'Grant' && id === grant),
    always,
  );
  for (const [key] of ofGrant) artifacts.delete(key);
  for (const [key] of redeemed.filter((spent) => spent.grant === grant, always)) redeemed.delete(key);
};
