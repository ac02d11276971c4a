import { z } from 'zod';
import { type Json, parseJson } from '#src/lib/json';
import type { PollStore } from '../ports.ts';
import type { Link } from './link.ts';
import type { Names, Sealing } from './names.ts';
import type { Script } from './script.ts';

/** Milliseconds for which a turn is kept beyond its end: another server may take over, with a clock that is ahead. */
const margin = 10_000;

/**
 * Returns nothing to the one whose turn it is; to others when the next one begins, and the last answer. A turn that begins in
 * the future is of before the clock of the server was set back.
 */
const takeScript: Script = {
  body: `
local turn = redis.call('HMGET', KEYS[1], 'next', 'answer', 'taken')
local next = tonumber(turn[1] or 0)
if next > now and tonumber(turn[3]) <= now then return { text(next - now), turn[2] } end
redis.call('HSET', KEYS[1], 'next', text(now + ARGV[1]), 'taken', text(now), 'owner', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1] + ARGV[2])`,
};

const unlessOwner = `if redis.call('HMGET', KEYS[1], 'owner')[1] ~= ARGV[1] then`;

/** Returns 1, or nothing if another owner has the turn. */
const renewScript: Script = {
  body: `
${unlessOwner} return end
redis.call('HSET', KEYS[1], 'next', text(now + ARGV[2]), 'taken', text(now))
redis.call('PEXPIRE', KEYS[1], ARGV[2] + ARGV[3])
return 1`,
};

/** Key and channel have the same name. */
const publishScript: Script = {
  body: `
${unlessOwner} return end
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], 'answer', ARGV[3]) else redis.call('DEL', KEYS[1]) end
redis.call('SPUBLISH', KEYS[1], ARGV[4] .. ' ' .. ARGV[3])`,
};

const releaseScript: Script = { body: `${unlessOwner} return end redis.call('DEL', KEYS[1])` };

const turnSchema = z.union([
  z.null(),
  z.tuple([z.coerce.number(), z.string().nullable()]).transform(([wait, answer]) => ({ wait, answer })),
]);

interface Deps {
  readonly link: Link;
  readonly names: Names;
  readonly sealing: Pick<Sealing, 'seal' | 'open'>;
  /** Of this process. */
  readonly id: string;
  /** While the server is away. */
  readonly own: PollStore;
}

/** Answers hold profiles: they are sealed. */
export const createPolls = ({ link, names, sealing, id, own }: Deps): PollStore => {
  const nameOf = (key: string): string => names.of('poll', key);
  /** Throws if it was not sealed with the secret of this gateway. */
  const open = (sealed: string, name: string): Json => z.json().parse(parseJson(sealing.open(sealed, name)));

  return {
    take: async (request) => {
      const { key, owner, now, interval } = request;
      const name = nameOf(key);
      try {
        const turn = turnSchema.parse(
          await link.call('polls', takeScript, [name], [interval, margin, owner]),
        );
        if (turn === null) return { mine: true };
        const answer = turn.answer === null ? undefined : open(turn.answer, name);
        return { mine: false, next: now + turn.wait, ...(answer !== undefined && { answer }) };
      } catch {
        return own.take(request);
      }
    },
    renew: async (request) => {
      const { key, owner, interval } = request;
      try {
        return (await link.call('polls', renewScript, [nameOf(key)], [owner, interval, margin])) !== null;
      } catch {
        return own.renew(request);
      }
    },
    publish: async (poll) => {
      const name = nameOf(poll.key);
      const sealed = sealing.seal(JSON.stringify(poll.answer), name);
      await link
        .call('polls', publishScript, [name], [poll.owner, poll.kept ? '1' : '0', sealed, id])
        .catch(() => own.publish(poll));
    },
    release: async (turn) => {
      await link
        .call('polls', releaseScript, [nameOf(turn.key)], [turn.owner])
        .catch(() => own.release(turn));
    },
    follow: (key, listener) => {
      const name = nameOf(key);
      return link.listen(name, (text) => {
        const [from, sealed = ''] = text.split(' ');
        if (from !== id) listener(open(sealed, name));
      });
    },
  };
};
