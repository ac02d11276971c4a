import { destroyKey } from '#src/signing-keys/admin/destroy-key';
import { findKey, inspectKeys, type KeyManager, type KeyOverview } from '#src/signing-keys/admin/key-manager';
import { defineCommand } from '../../command.ts';
import { confirm } from '../../confirm.ts';
import { openKeysToChange, unlessDone } from '../../keys/change.ts';
import { nextCommand } from '../../keys/next-command.ts';
import type { KeysValues } from '../../keys/open.ts';
import { changeOptions } from '../../keys/options.ts';
import { yesOption } from '../../options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Destroy a key permanently, such as a leaked one',
  operand: '<key>',
  options: { ...changeOptions, yes: yesOption },
  async run(values, name) {
    await using keys = await openKeysToChange(values);
    const { manager, note } = keys;
    const overview = await inspectKeys(manager);
    const { kid } = findKey(overview.entries, name);
    if (!values.yes) await confirm([kid.slice(0, 8)], consequences(overview, kid));
    const { alreadyDone, kmsKeyId } = await keys.record(
      'key.destroy',
      kid,
      () => destroyKey(manager, kid, note),
      unlessDone,
    );
    print(
      alreadyDone
        ? `${kid}: ${alreadyDone}.`
        : `${kid} is destroyed. Running gateways stop using it within seconds.`,
    );
    if (kmsKeyId)
      print(`It still exists at the key management service: schedule its deletion (${kmsKeyId}).`);
    else print('Destroy its copies in backups too, and ask Adobe to delete it.');
    for (const line of await successorHint(manager, values)) print(line);
  },
});

const consequences = ({ rotation }: KeyOverview, kid: string): string[] => {
  const state = rotation.keys.get(kid)?.state;
  const always = `${kid} (${state}) will be destroyed permanently, on all nodes.`;
  if (state === 'active') {
    return [
      always,
      'It is the signing key: service tokens stop at once. Until another key is active, calls of signed-in viewers that',
      'create a session, read profiles, preauthorize, authorize or log out fail with status 503.',
    ];
  }
  return state === 'retiring' ? [always, 'Tokens that it signed will no longer be accepted.'] : [always];
};

const successorHint = async (manager: KeyManager, values: KeysValues): Promise<string[]> => {
  const { status, rotation } = await inspectKeys(manager);
  if (status.ready) return [];
  const candidates = [...rotation.keys.values()].filter(
    ({ state }) => state === 'acknowledged' || state === 'retiring',
  );
  const remedies =
    candidates.length > 0
      ? candidates.map(({ kid }) => nextCommand(values, 'activate', kid))
      : [nextCommand(values, 'generate')];
  return [
    'There is no active signing key. Service tokens resume once you activate another key:',
    ...remedies.map((line) => `  ${line}`),
  ];
};
