import { textMember } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { CallerStore, Standing } from '../ports.ts';
import { createArtifactStore } from './artifacts.ts';
import { createRecordStore } from './records.ts';
import { createSignInStore } from './sign-ins.ts';
import type { Tables } from './tables.ts';

export const createCallerStore = (tables: Tables): CallerStore => {
  const { instances, accounts, revocations, credentials } = tables;
  const artifacts = createArtifactStore(tables);
  const records = createRecordStore(tables);
  const signIns = createSignInStore(tables);
  const isRevoked = (kind: 'instance' | 'account', id: string): boolean =>
    revocations.has(compositeKey(kind, id));

  const standingOf = (id = '', viewer = ''): Standing => ({
    instance: instances.get(id),
    revoked: isRevoked('instance', id) ? 'instance' : isRevoked('account', viewer) ? 'account' : undefined,
    pairs: [...credentials.values()].filter(
      ({ instance, holder }) => instance === id && ['', viewer].includes(holder),
    ),
  });

  return {
    async byAccessToken(id, now) {
      const artifact = await artifacts.find('AccessToken', id, now);
      if (!artifact) return undefined;
      const grant = textMember(artifact.payload, 'grantId');
      const signIn = grant === undefined ? undefined : await signIns.find(grant);
      const account = signIn && accounts.get(signIn.viewer);
      return { artifact, signIn, account, ...standingOf(signIn?.instance, signIn?.viewer) };
    },
    async byIssue({ model, id }, now) {
      const artifact = await artifacts.find(model, id, now);
      if (!artifact) return undefined;
      const grantId = model === 'Grant' ? id : textMember(artifact.payload, 'grantId');
      const grant = grantId === undefined ? undefined : await artifacts.find('Grant', grantId, now);
      const signIn = grantId === undefined ? undefined : await signIns.find(grantId);
      const account = signIn && accounts.get(signIn.viewer);
      const viewer = account && { account, isRevoked: isRevoked('account', account.id) };
      return { artifact, grant, signIn, viewer };
    },
    async byClientToken(key, now) {
      const value = await records.get('client-token', key, now);
      return value === undefined ? undefined : { value, ...standingOf(textMember(value, 'instance')) };
    },
  };
};
