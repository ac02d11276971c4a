import { z } from 'zod';
import type { SignInStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';
import { endSignIn, lockSignIn, removeArtifactsOf, removeRedeemedOf } from './grants.ts';
import { lockShared } from './locks.ts';
import { createOpenSignIn } from './open-sign-in.ts';
import { recordSignIn, signInRow } from './sign-in-row.ts';
import { all, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createSignInStore = ({ database, seal }: Deps): SignInStore => ({
  open: createOpenSignIn({ database, seal }),
  record: async (signIn) => {
    await database.transact(
      lockShared('account', signIn.viewer),
      lockShared('instance', signIn.instance),
      recordSignIn({ ...signIn }),
    );
  },
  find: (grant) => database.run(byGrant({ grant })),
  end: async (grant, now) => {
    await database.transact(
      lockSignIn({ grant }),
      removeArtifactsOf({ grant }),
      removeRedeemedOf({ grant }),
      endSignIn({ grant, now }),
    );
  },
  list: ({ limit, after = 0 }) => database.run(page({ limit, after })),
});

const byGrant = one('SELECT *, grant_id AS grant FROM sign_ins WHERE grant_id = :grant', signInRow);

const page = all(
  'SELECT *, grant_id AS grant FROM sign_ins WHERE position > :after ORDER BY position LIMIT :limit',
  signInRow.extend({ position: z.int() }),
);
