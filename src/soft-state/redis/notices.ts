import { z } from 'zod';
import { parseJson } from '#src/lib/json';
import type { NoticeBoard, NoticeListener } from '../ports.ts';
import type { Link } from './link.ts';
import type { Names, Sealing } from './names.ts';
import type { Script } from './script.ts';

/** Milliseconds that a sender waits for the others. */
const maxWait = 1_000;

/** Returns how many nodes receive it. */
const publishScript: Script = { body: `return redis.call('SPUBLISH', KEYS[1], ARGV[1])` };

const noticesSchema = z.object({
  from: z.string(),
  number: z.int(),
  notices: z.array(z.object({ kind: z.string(), id: z.string() })),
});

interface Deps {
  readonly link: Link;
  readonly names: Names;
  readonly sealing: Pick<Sealing, 'seal' | 'open'>;
  /** Of this process. */
  readonly id: string;
}

/** What was sent and is not answered by everyone yet. */
interface Sent {
  answered: number;
  /** How many receive it. */
  receivers: number;
  readonly done: () => void;
}

/**
 * Every node answers what it hears when it has acted on it, also its own: the server says how many hear it. While the server
 * is away nothing is sent: others read the table of changes within a second.
 */
export const createNotices = ({ link, names, sealing, id }: Deps): NoticeBoard => {
  const listeners = new Set<NoticeListener>();
  const sent = new Map<number, Sent>();
  let last = 0;

  const publish = (channel: string, text: string): Promise<number> =>
    link.call('notices', publishScript, [channel], [text]).then(Number);

  const answered = (number: number): void => {
    const waiting = sent.get(number);
    if (!waiting) return;
    waiting.answered += 1;
    if (waiting.answered >= waiting.receivers) waiting.done();
  };

  const act = async (text: string): Promise<void> => {
    const { from, number, notices } = noticesSchema.parse(parseJson(sealing.open(text, names.notices)));
    if (from === id) return answered(number);
    await Promise.allSettled([...listeners].map((listener) => listener(notices)));
    await publish(names.node(from), String(number));
  };

  // What cannot be read is not of this gateway; an answer that cannot be sent is not waited for any longer.
  link.listen(names.notices, (text) => void act(text).catch(() => undefined));
  link.listen(names.node(id), (text) => answered(Number(text)));

  return {
    send: async (notices) => {
      last += 1;
      const number = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiting: Sent = { answered: 0, receivers: Number.POSITIVE_INFINITY, done: resolve };
      const timer = setTimeout(resolve, maxWait);
      sent.set(number, waiting);
      const content = JSON.stringify({ from: id, number, notices });
      publish(names.notices, sealing.seal(content, names.notices)).then((receivers) => {
        waiting.receivers = receivers;
        if (waiting.answered >= receivers) resolve();
      }, resolve);
      await promise;
      clearTimeout(timer);
      sent.delete(number);
    },
    receive: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
