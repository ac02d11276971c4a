// Refreshes sign-ins in turn, beginning with the tokens of the first line that it reads. Somebody kills it.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';

const [file = '', key = ''] = process.argv.slice(2);
const sealingKey = Buffer.from(key, 'hex');
const { exchanges } = await openSqliteStores({ file, sealingKey, log: createLog('silent') });
const model = 'RefreshToken';
const day = 86_400_000;

/** The token that is issued for `token`, now or by a process that could no longer say so. */
const redeem = async (token: string, device: number): Promise<string> => {
  const now = systemClock.now();
  const spent = await exchanges.findRedeemed(model, token, now);
  if (spent) return String(spent.answer?.['refresh_token']);
  const refresh_token = systemIds.secret();
  const grant = `g${device}`;
  const done = await exchanges.commit(
    {
      redeemed: { model, id: token },
      grant,
      client: 'tv',
      issued: [{ model, id: refresh_token, payload: {}, grantId: grant, expiresAt: now + day }],
      answer: { refresh_token },
      answerUntil: now + day,
      rememberedUntil: now + day,
    },
    now,
  );
  return done ? refresh_token : 'refused';
};

process.stdout.write('ready\n');
const [known] = (await once(createInterface({ input: process.stdin }), 'line')) as [string];
const tokens = known.split(' ');
for (let turn = 0; ; turn += 1) {
  const device = turn % tokens.length;
  tokens[device] = await redeem(tokens[device] ?? '', device);
  process.stdout.write(`${device} ${tokens[device]}\n`);
}
