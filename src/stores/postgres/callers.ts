import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import type { CallerStore, Standing } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { accountRow, accountStandingColumns, accountStandingOf, accountStandingRow } from './account-row.ts';
import { artifactRow, hashed, openArtifact, unexpired } from './artifact-row.ts';
import { openPair, pairRow } from './credentials.ts';
import type { Database } from './database.ts';
import { instanceRow } from './instances.ts';
import { createPlaceOf, openRecord, recordRow } from './records.ts';
import { signInRow } from './sign-in-row.ts';
import { one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** Who calls is one statement: one round trip, one state of the data. */
export const createCallerStore = ({ database, seal }: Deps): CallerStore => {
  const placeOf = createPlaceOf(seal);
  const standingOf = ({ instance, revoked, pairs }: StandingRow): Standing => ({
    instance: instance ?? undefined,
    revoked: revoked ?? undefined,
    pairs: (pairs ?? []).map((pair) => openPair(seal, pair)),
  });

  return {
    byAccessToken: async (id, now) => {
      const found = await database.run(byAccessToken({ id: fingerprint(id), now }));
      return (
        found && {
          artifact: openArtifact(seal, found.artifact),
          signIn: found.signIn ?? undefined,
          account: found.account ?? undefined,
          ...standingOf(found),
        }
      );
    },
    byIssue: async (key, now) => {
      const found = await database.run(byIssue({ ...hashed(key), now }));
      return (
        found && {
          artifact: openArtifact(seal, found.artifact),
          grant: found.ofGrant ? openArtifact(seal, found.ofGrant) : undefined,
          signIn: found.signIn ?? undefined,
          viewer: found.viewer ? accountStandingOf(found.viewer) : undefined,
        }
      );
    },
    byClientToken: async (key, now) => {
      const place = placeOf('client-token', key);
      const found = await database.run(byClientToken({ ...place, now }));
      return found && { value: openRecord(seal, found, place), ...standingOf(found) };
    },
  };
};

const standingRow = z.object({
  instance: instanceRow.nullable(),
  revoked: z.enum(['instance', 'account']).nullable(),
  pairs: z.array(pairRow).nullable(),
});
type StandingRow = z.infer<typeof standingRow>;

/** Columns of `Standing`, given expressions of the ids of an instance and of a viewer. */
const standing = (instance: string, viewer: string): string => `
  (SELECT to_json(instances) FROM instances WHERE id = ${instance}) AS instance,
  CASE
    WHEN EXISTS (SELECT FROM revocations WHERE kind = 'instance' AND id = ${instance}) THEN 'instance'
    WHEN EXISTS (SELECT FROM revocations WHERE kind = 'account' AND id = ${viewer}) THEN 'account'
  END AS revoked,
  (SELECT json_agg(credentials) FROM credentials
    WHERE credentials.instance = ${instance} AND holder IN ('', ${viewer})) AS pairs`;

const byAccessToken = one(
  `SELECT to_json(artifacts) AS artifact,
      to_json(sign_ins) AS sign_in,
      (SELECT to_json(accounts) FROM accounts WHERE id = sign_ins.viewer) AS account,
      ${standing('sign_ins.instance', 'sign_ins.viewer')}
    FROM artifacts LEFT JOIN (SELECT *, grant_id AS grant FROM sign_ins) AS sign_ins
      ON sign_ins.grant_id = artifacts.grant_id
    WHERE artifacts.model = 'AccessToken' AND artifacts.id_hash = :id AND ${unexpired}`,
  standingRow.extend({
    artifact: artifactRow,
    signIn: signInRow.nullable(),
    account: accountRow.nullable(),
  }),
);

const byIssue = one(
  `SELECT to_json(artifacts) AS artifact, to_json(sign_ins) AS sign_in,
      (SELECT to_json(grants) FROM (
          SELECT * FROM artifacts AS of_grant
            WHERE model = 'Grant' AND of_grant.grant_id = artifacts.grant_id AND ${unexpired}
        ) AS grants) AS of_grant,
      (SELECT to_json(viewers) FROM (
          SELECT ${accountStandingColumns} FROM accounts WHERE id = sign_ins.viewer
        ) AS viewers) AS viewer
    FROM artifacts LEFT JOIN (SELECT *, grant_id AS grant FROM sign_ins) AS sign_ins
      ON sign_ins.grant_id = artifacts.grant_id
    WHERE artifacts.model = :model AND artifacts.id_hash = :id AND ${unexpired}`,
  z.object({
    artifact: artifactRow,
    ofGrant: artifactRow.nullable(),
    signIn: signInRow.nullable(),
    viewer: accountStandingRow.nullable(),
  }),
);

const byClientToken = one(
  `SELECT sealed_value, ${standing('records.instance', "''")}
    FROM records WHERE kind = :kind AND key_hash = :hash AND expires_at > :now`,
  standingRow.extend(recordRow.shape),
);
