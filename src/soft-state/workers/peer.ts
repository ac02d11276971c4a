import type { Json } from '#src/lib/json';

/** Messages between two processes, in order. */
export interface Wire {
  post(messages: Json[]): void;
  listen(listener: (message: unknown) => void): void;
}

type Handler = (input: Json) => Json | Promise<Json>;

/** Data only: what a method takes and returns. */
export interface Peer {
  /** Rejects when the other side fails or leaves, and when it has not answered within `maxWait` milliseconds. */
  ask(name: string, input: Json, maxWait: number): Promise<Json>;
  /** Without an answer. */
  tell(name: string, input: Json): void;
  /** What the other side may ask or tell. */
  answer(name: string, handler: Handler): void;
  /** The other side has left. */
  close(): void;
}

/** `[id, name, input]`; the id is 0 where no answer is wanted. Answers: `[-id, ok, result]`. */
type Message = readonly [id: number, name: string | boolean, data: Json];

interface Pending {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Both sides are the same program, so messages are not checked. Those of one turn of the loop go out as one. */
export const createPeer = (wire: Wire): Peer => {
  const pending = new Map<number, Pending>();
  const handlers = new Map<string, Handler>();
  let queue: Json[] = [];
  let lastId = 0;
  let isOpen = true;

  const post = (...message: [number, string | boolean, Json]): void => {
    if (!isOpen) return;
    if (queue.length === 0)
      setImmediate(() => {
        const messages = queue;
        queue = [];
        if (isOpen) wire.post(messages);
      });
    queue.push(message);
  };

  const settle = (id: number): Pending | undefined => {
    const waiting = pending.get(id);
    pending.delete(id);
    if (waiting) clearTimeout(waiting.timer);
    return waiting;
  };

  const act = async (id: number, name: string, input: Json): Promise<void> => {
    try {
      const result = (await handlers.get(name)?.(input)) ?? null;
      if (id > 0) post(-id, true, result);
    } catch (error) {
      if (id > 0) post(-id, false, error instanceof Error ? error.message : null);
    }
  };

  const hear = ([id, name, data]: Message): void => {
    if (typeof name === 'string') void act(id, name, data);
    else if (name) settle(-id)?.resolve(data);
    else settle(-id)?.reject(new Error(String(data)));
  };

  wire.listen((messages) => {
    if (Array.isArray(messages)) for (const message of messages) hear(message);
  });

  return {
    ask: (name, input, maxWait) =>
      new Promise((resolve, reject) => {
        if (!isOpen) return reject(new Error('the other process has left'));
        lastId += 1;
        const id = lastId;
        const late = () => settle(id)?.reject(new Error(`no answer to ${name} within ${maxWait} ms`));
        pending.set(id, { resolve, reject, timer: setTimeout(late, maxWait) });
        post(id, name, input);
      }),
    tell: (name, input) => post(0, name, input),
    answer: (name, handler) => void handlers.set(name, handler),
    close: () => {
      isOpen = false;
      for (const id of [...pending.keys()]) settle(id)?.reject(new Error('the other process has left'));
    },
  };
};
