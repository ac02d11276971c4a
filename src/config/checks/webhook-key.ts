import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

/** Who verifies signatures of the webhook holds its key: it must open nothing else. */
export const webhookKey = ({ decisions, admin, mediaTokens, keys }: Draft): Finding[] => {
  const secret = decisions?.webhook?.key?.secret;
  if (secret === undefined) return [];
  const others: readonly (readonly [name: string, value: string | undefined])[] = [
    ...(admin?.tokens ?? []).map((entry, index) => [`admin.tokens[${index}]`, entry?.token] as const),
    ...(mediaTokens?.servers ?? []).map(
      (entry, index) => [`mediaTokens.servers[${index}]`, entry?.token] as const,
    ),
    ['keys.masterKey', keys?.masterKey],
    ['keys.passphrase', keys?.passphrase],
  ];
  const [same] = others.find(([, value]) => value === secret) ?? [];
  return same === undefined
    ? []
    : [{ path: ['decisions', 'webhook', 'key', 'secret'], message: `must not be that of ${same}` }];
};
