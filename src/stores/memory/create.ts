/**
 * The stores in this process's memory: for tests, and for a gateway that may lose everything when it stops. Owns nothing
 * that outlives the process. JavaScript runs one thing at a time, so each method is atomic.
 */
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { CredentialPair, Instance, Stores } from '../ports.ts';
import { createAccountStore } from './accounts.ts';
import { createArtifactStore } from './artifacts.ts';
import { createCredentialStore } from './credentials.ts';
import { createInstanceStore } from './instances.ts';
import { createRecordStore } from './records.ts';
import { createRevocationStore } from './revocations.ts';
import { createSignInStore } from './sign-ins.ts';
import { createSubjectJournal } from './subjects.ts';

export const createMemoryStores = ({ clock }: { readonly clock: Clock }): Stores => {
  const instances = new Map<string, Instance>();
  const credentials = new Map<string, CredentialPair>();
  let closed = false;
  const close = async () => {
    closed = true;
  };
  return {
    accounts: createAccountStore(),
    subjects: createSubjectJournal(),
    instances: createInstanceStore({ instances, credentials }),
    signIns: createSignInStore(),
    revocations: createRevocationStore(),
    credentials: createCredentialStore({ instances, credentials }),
    records: createRecordStore({ clock }),
    artifacts: createArtifactStore({ clock }),
    ping: async () => {
      if (closed) throw fail('gateway_unavailable', { detail: 'the store is closed' });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
