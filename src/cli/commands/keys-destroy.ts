import { destroyKey } from '#src/signing-keys/admin/destroy-key';
import { findKey, inspectKeys, type KeyManager, type KeyOverview } from '#src/signing-keys/admin/key-manager';
import { asOperand } from '#src/signing-keys/key/public-key';
import type { Values } from '../arguments.ts';
import { askFor } from '../keys/ask.ts';
import { openKeyManagerFor } from '../keys/open.ts';
import { noteOption } from '../keys/options.ts';
import { print } from '../terminal.ts';

/** Ends a key at once and for good. */
export const destroy = async (values: Values, [name = '']: readonly string[]): Promise<void> => {
  const { manager } = await openKeyManagerFor(values);
  const view = await inspectKeys(manager);
  const { kid } = findKey(view.entries, name);
  if (values['yes'] !== true) await askFor(kid.slice(0, 8), consequences(view, kid));
  const { alreadyDone, kmsKeyId } = await destroyKey(manager, kid, noteOption(values));
  print(
    alreadyDone
      ? `${kid}: ${alreadyDone}.`
      : `${kid} is destroyed. Running gateways let go of it within seconds.`,
  );
  if (kmsKeyId)
    print(`It is still at the key management service: schedule the deletion of ${kmsKeyId} there.`);
  else print('Destroy its copies in backups too, and ask Adobe to delete it.');
  for (const line of await silence(manager)) print(line);
};

const consequences = ({ rotation }: KeyOverview, kid: string): string[] => {
  const state = rotation.keys.get(kid)?.state;
  const always = `${kid} (${state}) will be gone for good, on all nodes.`;
  if (state === 'active') {
    return [
      always,
      'It is the key that signs: service tokens stop at once. Until another key is active, calls of signed-in viewers',
      'to create a session, read profiles, preauthorize, authorize and log out are answered 503.',
    ];
  }
  return state === 'retiring' ? [always, 'Tokens that it signed are refused from then on.'] : [always];
};

const silence = async (manager: KeyManager): Promise<string[]> => {
  const { status, rotation } = await inspectKeys(manager);
  if (status.ready) return [];
  const heirs = [...rotation.keys.values()].filter(
    ({ state }) => state === 'acknowledged' || state === 'retiring',
  );
  const cure =
    heirs.length > 0
      ? heirs.map(({ kid }) => `kinpass keys activate ${asOperand(kid)}`)
      : ['kinpass keys generate'];
  return [
    'No key signs now: service tokens are made again once another key is active:',
    ...cure.map((line) => `  ${line}`),
  ];
};
