import { expect, test } from 'vitest';
import { createDtcAdapter } from '#src/identity/dtc/adapter';

test('what is consumed cannot be consumed again', async () => {
  const codes = createDtcAdapter().adapter('AuthorizationCode');
  await codes.upsert('code', { grantId: 'grant' }, 60);
  await codes.consume('code');
  await expect(codes.find('code')).resolves.toMatchObject({ consumed: true });
  await expect(codes.consume('code')).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(codes.consume('unknown')).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('a grant takes everything with it that was given out under it', async () => {
  const { adapter } = createDtcAdapter();
  await adapter('AuthorizationCode').upsert('code', { grantId: 'grant' }, 60);
  await adapter('AccessToken').upsert('token', { grantId: 'grant' }, 60);
  await adapter('AccessToken').upsert('other', { grantId: 'another grant' }, 60);
  await adapter('AccessToken').revokeByGrantId('grant');
  await expect(adapter('AuthorizationCode').find('code')).resolves.toBeUndefined();
  await expect(adapter('AccessToken').find('token')).resolves.toBeUndefined();
  await expect(adapter('AccessToken').find('other')).resolves.toBeDefined();
});

test('sessions are found by uid; two adapters share nothing', async () => {
  const { adapter } = createDtcAdapter();
  await adapter('Session').upsert('id', { uid: 'uid' }, 60);
  await expect(adapter('Session').findByUid('uid')).resolves.toMatchObject({ uid: 'uid' });
  await expect(createDtcAdapter().adapter('Session').findByUid('uid')).resolves.toBeUndefined();
  await adapter('Session').destroy('id');
  await expect(adapter('Session').findByUid('uid')).resolves.toBeUndefined();
});
