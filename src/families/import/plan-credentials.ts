import type { Batch, Outcome, Rules } from './batch.ts';
import { seenKeys } from './seen.ts';
import type { CredentialsWish } from './wish.ts';

/**
 * An imported pair is an installation of its own, a client at the gateway under the names that Adobe gave it: nobody joins it
 * without its secret. With a viewer it waits for them to sign in with the app on the device.
 */
export const planCredentials = (wish: CredentialsWish, batch: Batch, rules: Rules): Outcome => {
  const { app, device, clientId, pair, line, digest } = wish;
  const said = batch.seen(seenKeys.client(clientId));
  if (said) return said.digest === digest ? 'unchanged' : contradicts(said.line, 'clientId');

  const viewer = wish.viewer && batch.accountOf(wish.viewer);
  if (wish.viewer && viewer === undefined) return { code: 'viewer_unknown', field: 'viewer' };
  const place = viewer === undefined ? undefined : seenKeys.place(app, device, viewer);
  const rival = place === undefined ? undefined : batch.seen(place);
  if (rival) return contradicts(rival.line, 'clientId');

  const before = whatThereIs(wish, viewer, batch);
  if (before !== undefined && before !== 'unchanged') return before;
  batch.note(seenKeys.client(clientId), { line, digest });
  if (place !== undefined) batch.note(place, { line, digest });
  if (before) return before;

  const { secretHash, secret } = wish;
  const firstViewer = viewer ?? null;
  const { rows } = batch;
  rows.instances.push(rules.newInstance({ id: clientId, app, secretHash, device, firstViewer }));
  rows.pairs.push({ id: pair, secret, instance: clientId, holder: viewer ?? '', createdAt: rules.now });
  return 'added';
};

const contradicts = (earlier: number, field: string): Outcome => ({ code: 'contradicts', field, earlier });

/** The instance stays where it was imported; its pair may have gone with its viewer, or have been replaced. */
const whatThereIs = (
  { app, device, secretHash, clientId, pair }: CredentialsWish,
  viewer: string | undefined,
  { found }: Batch,
): Outcome | undefined => {
  const instance = found.instances.find(({ id }) => id === clientId);
  if (instance) {
    const isSame =
      instance.app === app &&
      instance.device === device &&
      instance.secretHash === secretHash &&
      (viewer === undefined || instance.firstViewer === viewer);
    return isSame ? 'unchanged' : { code: 'credentials_taken', field: 'clientId' };
  }
  if (found.pairs.some(({ id }) => id === pair)) return { code: 'credentials_taken', field: 'clientId' };
  const hasOther = found.pairs.some(
    (other) => other.holder === viewer && other.app === app && other.device === device,
  );
  return hasOther ? { code: 'credentials_exist', field: 'viewer' } : undefined;
};
