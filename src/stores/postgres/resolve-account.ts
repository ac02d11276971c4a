import type { AccountStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import {
  accountColumns,
  accountStandingColumns,
  accountStandingOf,
  accountStandingRow,
  emailContext,
} from './account-row.ts';
import type { Database } from './database.ts';
import { lock } from './locks.ts';
import { command, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/**
 * `AccountStore.resolve`. Rivals with one address or one identity take turns, which no row could make them do: there may be
 * none yet. Always in the order address, identity, so that nobody waits in a circle.
 */
export const createResolve =
  ({ database, seal }: Deps): AccountStore['resolve'] =>
  async ({ identity, fresh, link }) => {
    const { family, issuer, subject, linkKey, email } = identity;
    const ownTurn = lock('identity', family, issuer, subject);
    const turnOfAddress = linkKey === null ? ownTurn : lock('link-key', family, linkKey);
    const params = {
      ...identity,
      email: email === null ? null : seal.seal(email, emailContext(identity)),
      account: fresh.id,
      accountFamily: fresh.family,
      accountCreatedAt: fresh.createdAt,
      subjectVersion: fresh.subjectVersion,
      authorities: link.authorities,
      provenSince: link.provenSince,
    };
    const [, , , found] = await database.transact(
      turnOfAddress,
      ownTurn,
      releaseKey(params),
      resolve(params),
    );
    return found ? accountStandingOf(found) : { account: fresh, isRevoked: false };
  };

const releaseKey = command(
  `UPDATE identities SET link_key = NULL, link_authority = NULL
    WHERE family = :family AND link_key = :linkKey AND issuer = :issuer AND subject <> :subject`,
);

/** Joinable: each of the account's identities with the key counts today, and none is of the same issuer. */
const resolve = one(
  `WITH known AS (
      UPDATE identities SET sealed_email = :email, provider = :provider, link_key = :linkKey,
        link_authority = :linkAuthority, proven_at = :provenAt
      WHERE family = :family AND issuer = :issuer AND subject = :subject
      RETURNING account
    ), linked AS (
      SELECT account,
        bool_and(coalesce(proven_at >= :provenSince
          AND link_authority IN (SELECT json_array_elements_text(:authorities::json)), false))
        AND NOT EXISTS (SELECT FROM identities AS own WHERE own.account = identities.account
          AND own.issuer = :issuer) AS joinable
      FROM identities
      WHERE family = :family AND link_key = :linkKey AND NOT EXISTS (SELECT FROM known)
      GROUP BY account
    ), joined AS (
      SELECT min(account) AS account FROM linked HAVING count(*) = 1 AND bool_and(joinable)
    ), created AS (
      INSERT INTO accounts (id, family, created_at, subject_version)
      SELECT :account, :accountFamily, :accountCreatedAt::bigint, :subjectVersion::integer
      WHERE NOT EXISTS (SELECT FROM known) AND NOT EXISTS (SELECT FROM joined)
      RETURNING ${accountColumns}
    ), added AS (
      INSERT INTO identities (family, issuer, subject, account, provider, sealed_email, link_key, link_authority,
        created_at, proven_at)
      SELECT :family, :issuer, :subject, account, :provider, :email, :linkKey, :linkAuthority,
        :createdAt::bigint, :provenAt
      FROM (SELECT account FROM joined UNION ALL SELECT id FROM created) AS target (account)
    )
    SELECT ${accountStandingColumns} FROM accounts
      WHERE id IN (SELECT account FROM known UNION ALL SELECT account FROM joined)
    UNION ALL SELECT ${accountStandingColumns} FROM created AS accounts`,
  accountStandingRow,
);
