import { insertChange } from './changes.ts';
import { command } from './statement.ts';

/** What is issued for a grant names it, and so does the grant. Everything locks the sign-in first, so that nothing is issued meanwhile. */
export const lockSignIn = command('SELECT FROM sign_ins WHERE grant_id = :grant FOR UPDATE');

/** Removes what oidc-provider issued for a grant, and the grant. */
export const removeArtifactsOf = command('DELETE FROM artifacts WHERE grant_id = :grant');

export const removeRedeemedOf = command('DELETE FROM redeemed WHERE grant_id = :grant');

export const endSignIn = command(
  `WITH ended AS (DELETE FROM sign_ins WHERE grant_id = :grant RETURNING grant_id)
    ${insertChange('sign-in', 'grant_id, :now::bigint FROM ended')}`,
);

/** Removes what was issued for a grant, but not the grant. */
export const revokeArtifactsOf = command(
  `WITH revoked AS (DELETE FROM artifacts WHERE grant_id = :grant AND model <> 'Grant' RETURNING id_hash)
    ${insertChange('sign-in', ':grant, :now::bigint WHERE EXISTS (SELECT FROM revoked)')}`,
);
