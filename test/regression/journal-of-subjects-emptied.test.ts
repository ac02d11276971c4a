import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { runKinpass } from '../support/run-kinpass.ts';

test.each(['https://other.example', 'https://sso.ref.example'])(
  'accounts whose journal of subjects was emptied are not taken over in silence by the issuer %s',
  async (issuer) => {
    const folder = mkdtempSync(join(tmpdir(), 'kinpass-journal-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const yaml = join(folder, 'kinpass.yaml');
    const database = join(folder, 'kinpass.db');
    const start = async (iss: string): Promise<void> => {
      const input = {
        publicOrigin: 'https://gateway.example',
        log: { level: 'silent' as const },
        keys: { directory: join(folder, 'keys') },
        store: { kind: 'sqlite' as const, file: database },
        identityProviders: [
          { id: 'google', kind: 'google' as const, label: 'Google', clientId: 'g', clientSecret: 's' },
        ],
        families: [{ id: 'ref', identityProviders: ['google'], serviceToken: { issuer: iss } }],
        apps: [{ id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 's' }],
      };
      writeFileSync(yaml, stringify(input));
      await (await createGateway(parseConfig(input))).close();
    };
    const byHand = (sql: string): void => {
      const connection = new DatabaseSync(database);
      connection.exec(sql);
      connection.close();
    };

    await start('https://sso.ref.example');
    byHand("INSERT INTO accounts (id, family, created_at) VALUES ('ana', 'ref', 0)");
    byHand('DELETE FROM subject_journal');

    await expect(start(issuer)).rejects.toMatchObject({
      code: 'subjects_changed',
      field: 'families[0].serviceToken',
      hint: expect.stringContaining('kinpass subjects confirm'),
    });
    await using confirming = runKinpass(['subjects', 'confirm', '--yes', '--config', yaml], { input: '' });
    expect(await confirming.ended).toBe(0);
    await start(issuer);
  },
);
