import { createInterface } from 'node:readline';
import { decodeJwt } from 'jose';
import type { Config, FamilyConfig } from '#src/config/schema';
import { createFindSubject } from '#src/families/find-subject';
import { createRevocations } from '#src/families/revocations';
import { examineSubjects, refuseMissing } from '#src/families/subjects';
import { createMintServiceToken } from '#src/flows/mint-service-token';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createIssueServiceToken, type IssueServiceToken } from '#src/service-token/issue';
import { inspectKeys, openKeyManager, testedSigner } from '#src/signing-keys/admin/key-manager';
import { keyRecordsIn } from '#src/signing-keys/load-keys';
import type { Stores } from '#src/stores/ports';
import type { Values } from '../arguments.ts';
import { openUsedStores, operatorName, settingsOf } from '../operator.ts';
import { print, printError } from '../terminal.ts';
import { createAudit } from '../token/audit.ts';

/**
 * A service token of an account, or of a subject of a family, as the gateway would make it. The token stands on stdout,
 * everything else on stderr. Errors: config_invalid, keys_invalid, gateway_not_found, gateway_revoked,
 * gateway_service_token_unavailable.
 */
export const mint = async (values: Values): Promise<void> => {
  const config = await settingsOf(values);
  await using stores = await openUsedStores(config);
  const whose = await target(values, config, stores);
  if (config.production && values['yes'] !== true) await ask(whose.name);
  const issueServiceToken = await openIssuer(config);
  const token = await whose.mint(issueServiceToken);
  const { sub, jti, exp } = decodeJwt(token);
  createAudit().warn({ audit: 'service token minted', [whose.kind]: whose.name, sub, jti, exp }, 'audit');
  print(token);
};

interface Target {
  readonly kind: 'account' | 'subject';
  readonly name: string;
  mint(issue: IssueServiceToken): Promise<string>;
}

const target = async (values: Values, config: Config, stores: Stores): Promise<Target> => {
  const { account, subject, family } = values;
  if (typeof account === 'string' && subject === undefined) return ofAccount(account, config, stores);
  if (typeof subject === 'string' && account === undefined)
    return ofSubject(subject, familyOf(config, family));
  throw fail('config_invalid', { hint: 'Say whose: --account <id>, or --subject <sub> --family <id>.' });
};

const familyOf = (config: Config, id: Values[string]): FamilyConfig => {
  const family =
    config.families.find((one) => one.id === id) ?? (id === undefined ? config.families[0] : undefined);
  if (family && (id !== undefined || config.families.length === 1)) return family;
  const known = config.families.map((one) => one.id).join(', ');
  throw fail('config_invalid', { field: '--family', hint: `Name one of: ${known}.` });
};

const ofSubject = (
  subject: string,
  { serviceToken: { issuer, audience, lifetime } }: FamilyConfig,
): Target => ({
  kind: 'subject',
  name: subject,
  mint: (issue) => issue({ subject, issuer, audience, lifetime }),
});

const ofAccount = async (id: string, config: Config, stores: Stores): Promise<Target> => {
  const account = await stores.accounts.find(id);
  if (!account) throw fail('gateway_not_found', { field: '--account', hint: `There is no account "${id}".` });
  const family = familyOf(config, account.family);
  const { directory } = config.keys;
  const { secrets, verdict } = await examineSubjects({ families: config.families, directory, stores });
  refuseMissing(directory, verdict);
  if (verdict.changes.length > 0)
    throw fail('subjects_changed', {
      hint: 'kinpass subjects plan shows them. A gateway would not start like this.',
    });
  const findSubject = createFindSubject({
    accounts: stores.accounts,
    secrets,
    strategies: verdict.strategies,
  });
  const revocations = createRevocations({
    store: stores.revocations,
    signIns: stores.signIns,
    clock: systemClock,
  });
  return {
    kind: 'account',
    name: id,
    mint: (issueServiceToken) =>
      createMintServiceToken({ revocations, findSubject, issueServiceToken })({ family, viewer: id }),
  };
};

/** Signs with the active key, as a gateway does; touches no ledger. */
const openIssuer = async (config: Config): Promise<IssueServiceToken> => {
  const maxTokenLifetime = Math.max(...config.families.map(({ serviceToken }) => serviceToken.lifetime));
  const common = { clock: systemClock, by: operatorName() };
  const manager = await openKeyManager({ settings: config.keys, maxTokenLifetime, ...common });
  const { entries, rotation } = await inspectKeys(manager);
  const key = rotation.active === undefined ? undefined : keyRecordsIn(entries).get(rotation.active);
  if (!key)
    throw fail('gateway_service_token_unavailable', {
      hint: 'No key is active: kinpass keys list says what is next.',
    });
  const signing = { kid: key.kid, ...(await testedSigner(manager, key)) };
  const keys = {
    signing: () => signing,
    publicKey: (kid: string) => (kid === key.kid ? key.object : undefined),
  };
  return createIssueServiceToken({ keys, clock: systemClock, ids: systemIds });
};

/** A minted token is a viewer at Adobe, to whoever has it. */
const ask = async (name: string): Promise<void> => {
  printError('This is production: whoever has the token is this viewer at Adobe until it ends.');
  printError(`Type ${name} to mint it:`);
  using terminal = createInterface({ input: process.stdin });
  const { value } = await terminal[Symbol.asyncIterator]().next();
  if (String(value ?? '').trim() === name) return;
  throw fail('gateway_service_token_unavailable', {
    hint: 'Nothing was minted. (--yes goes on without asking.)',
  });
};
