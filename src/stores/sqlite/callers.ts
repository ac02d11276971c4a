import { z } from 'zod';
import { textMember } from '#src/lib/json';
import type { CallerStore, Standing } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createFindAccount, createFindStanding } from './accounts.ts';
import { createFindArtifact } from './artifacts.ts';
import { createFindPairs } from './credentials.ts';
import type { Database } from './database.ts';
import { createFindInstance } from './instances.ts';
import { createFindRecord } from './records.ts';
import { createFindSignIn } from './sign-ins.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** Whose names are sealed in the token, so the rows follow from it one after the other, all from one state of the data. */
export const createCallerStore = ({ database, seal }: Deps): CallerStore => {
  const findArtifact = createFindArtifact({ database, seal });
  const findRecord = createFindRecord({ database, seal });
  const findSignIn = createFindSignIn(database);
  const findInstance = createFindInstance(database);
  const findAccount = createFindAccount(database);
  const findStanding = createFindStanding(database);
  const findPairs = createFindPairs({ database, seal });
  const findRevoked = database.one(
    `SELECT kind FROM revocations WHERE kind = 'instance' AND id = :instance
      UNION ALL SELECT kind FROM revocations WHERE kind = 'account' AND id = :viewer LIMIT 1`,
    z.object({ kind: z.enum(['instance', 'account']) }),
  );

  const standingOf = (id: string | undefined, viewer = ''): Standing =>
    id === undefined
      ? { instance: undefined, revoked: undefined, pairs: [] }
      : {
          instance: findInstance({ id }),
          revoked: findRevoked({ instance: id, viewer })?.kind,
          pairs: findPairs({ instance: id, viewer }),
        };

  return {
    byAccessToken: (id, now) =>
      database.read(() => {
        const artifact = findArtifact('AccessToken', id, now);
        if (!artifact) return undefined;
        const grant = textMember(artifact.payload, 'grantId');
        const signIn = grant === undefined ? undefined : findSignIn({ grant });
        const account = signIn && findAccount({ id: signIn.viewer });
        return { artifact, signIn, account, ...standingOf(signIn?.instance, signIn?.viewer) };
      }),
    byIssue: ({ model, id }, now) =>
      database.read(() => {
        const artifact = findArtifact(model, id, now);
        if (!artifact) return undefined;
        const grantId = model === 'Grant' ? id : textMember(artifact.payload, 'grantId');
        const grant = grantId === undefined ? undefined : findArtifact('Grant', grantId, now);
        const signIn = grantId === undefined ? undefined : findSignIn({ grant: grantId });
        return { artifact, grant, signIn, viewer: signIn && findStanding(signIn.viewer) };
      }),
    byClientToken: (key, now) =>
      database.read(() => {
        const value = findRecord('client-token', key, now);
        return value === undefined ? undefined : { value, ...standingOf(textMember(value, 'instance')) };
      }),
  };
};
