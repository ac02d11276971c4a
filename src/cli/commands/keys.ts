/** The keys of service tokens: their life from a draft to destruction, each step with its line in the ledger. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '#src/lib/errors';
import { generateKey, importKey, importKmsKey } from '#src/signing-keys/admin/add-key';
import { createKeyExport, type KeyExport } from '#src/signing-keys/admin/key-export';
import { inspectKeys } from '#src/signing-keys/admin/key-manager';
import { type Step, takeStep } from '#src/signing-keys/admin/take-step';
import { asOperand } from '#src/signing-keys/key/public-key';
import { isoTime } from '#src/signing-keys/ledger/rotation';
import type { Values } from '../arguments.ts';
import { exportEmail } from '../keys/export-email.ts';
import { openKeyManagerFor } from '../keys/open.ts';
import { bitsOption, noteOption, timeOption } from '../keys/options.ts';
import { keyTable } from '../keys/table.ts';
import { print, styled } from '../terminal.ts';

type Operands = readonly string[];

/** Keys with what to do next; then everything that is wrong, or wants attention. */
export const list = async (values: Values): Promise<void> => {
  const { manager } = await openKeyManagerFor(values);
  const view = await inspectKeys(manager);
  const [head = '', ...rows] = keyTable(view, manager.settings.warnAfter, manager.clock.now());
  if (rows.length === 0) print(`${manager.directory} holds no keys of service tokens: kinpass keys generate`);
  else for (const line of [styled('bold', head), ...rows]) print(line);
  const { problems, warnings } = view.status;
  if (problems.length + warnings.length > 0) print();
  for (const { file, message } of problems) print(`${styled('red', 'problem')}  ${file} ${message}`);
  for (const { file, message } of warnings) print(`${styled('yellow', 'warning')}  ${file} ${message}`);
};

export const generate = async (values: Values): Promise<void> => {
  const { manager } = await openKeyManagerFor(values);
  const { kid, fingerprint } = await generateKey(manager, bitsOption(values));
  print(`${kid} generated: a draft. SHA-256 ${fingerprint}`);
  print(
    `Next: kinpass keys export ${asOperand(kid)}, and send what it prints to Adobe. Back up ${manager.directory} now.`,
  );
};

export const bringIn = async (values: Values, [file]: Operands): Promise<void> => {
  const { manager } = await openKeyManagerFor(values);
  const keyId = values['kms'];
  if ((file === undefined) === (keyId === undefined)) {
    throw fail('config_invalid', { hint: 'Name what to import: a file, or --kms with the id of a key.' });
  }
  const { kid, fingerprint } =
    file === undefined
      ? await importKmsKey(manager, String(keyId))
      : await importKey(manager, await textOf(file), file);
  print(`${kid} imported: a draft. SHA-256 ${fingerprint}`);
  if (file !== undefined) print(`Back up ${manager.directory} now, and delete ${file}.`);
};

const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw fail('keys_invalid', { field: file, hint: `${file} cannot be read.`, cause });
  });

export const exportKey = async (values: Values, [name = '']: Operands): Promise<void> => {
  const { manager, families } = await openKeyManagerFor(values);
  const key = await createKeyExport(manager, name);
  const out = values['out'];
  const files = await writeFiles(key, typeof out === 'string' ? out : 'handover');
  print(`Public key, certificate and JWK of ${key.kid}:`);
  for (const file of files) print(`  ${file}`);
  print(`Send this to Adobe, with the files:\n`);
  for (const line of exportEmail(key, files, families)) print(line);
  print(`\nWhen Adobe has confirmed it: kinpass keys acknowledge ${asOperand(key.kid)}`);
};

const writeFiles = async (key: KeyExport, folder: string): Promise<string[]> => {
  const base = `service-token-${key.publicKeyFingerprint.replaceAll(':', '').slice(0, 16).toLowerCase()}`;
  const texts: [string, string][] = [
    [`${base}.public.pem`, key.publicPem],
    [`${base}.certificate.pem`, key.certificatePem],
    [`${base}.public.jwk.json`, key.jwk],
  ];
  try {
    await mkdir(folder, { recursive: true });
    for (const [file, text] of texts) await writeFile(join(folder, file), text);
  } catch (cause) {
    throw fail('config_invalid', { field: '--out', hint: `${folder} cannot be written.`, cause });
  }
  return texts.map(([file]) => join(folder, file));
};

export const acknowledge = async (values: Values, [name = '']: Operands): Promise<void> => {
  const { manager } = await openKeyManagerFor(values);
  const { kid, alreadyDone } = await takeStep(manager, {
    event: 'acknowledged',
    key: name,
    note: noteOption(values),
  });
  print(
    alreadyDone
      ? `${kid}: ${alreadyDone}.`
      : `${kid} is acknowledged by Adobe; gateways publish and verify it from now on.`,
  );
  if (!alreadyDone)
    print(`Next, when they all have it: kinpass keys activate ${asOperand(kid)} (--at plans it)`);
};

export const activate = async (values: Values, [name = '']: Operands): Promise<void> => {
  const step = { event: 'activated', key: name, forced: values['force'] === true } as const;
  await changeState(values, step, 'active, and the key before it is retiring');
};

export const retire = async (values: Values, [name = '']: Operands): Promise<void> =>
  changeState(
    values,
    { event: 'retired', key: name },
    'retired, and tokens that it signed are no longer believed',
  );

const changeState = async (values: Values, step: Step, outcome: string): Promise<void> => {
  const { manager } = await openKeyManagerFor(values);
  const planned = timeOption(values);
  if (values['cancel'] === true) {
    const { kid } = await takeStep(manager, { event: 'cancelled', key: step.key, note: noteOption(values) });
    print(`${kid}: nothing is planned for it any more.`);
    return;
  }
  const { kid, alreadyDone } = await takeStep(manager, { ...step, planned, note: noteOption(values) });
  if (alreadyDone) print(`${kid}: ${alreadyDone}.`);
  else if (planned === undefined) print(`${kid} is ${outcome}. Running gateways follow within seconds.`);
  else print(`${kid} will be ${step.event} at ${isoTime(planned)}. (--cancel takes it back.)`);
};
