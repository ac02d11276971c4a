import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createGenerations } from '#src/cli/generations';
import type { Gateway } from '#src/gateway';

const events: string[] = [];

const gateway = (name: string): Gateway => {
  const app = (where: string) => ({ callback: () => () => void events.push(`${name} serves ${where}`) });
  return {
    app: app('public'),
    admin: app('admin'),
    retire: () => void events.push(`${name} retires`),
    close: async () => void events.push(`${name} closes`),
  } as unknown as Gateway;
};

/** What happened since the last look. */
const happened = () => events.splice(0);

test('a request ends where it began; gateways retire in order, each when all before it are done', async () => {
  const generations = createGenerations(gateway('first'));
  const serve = generations.handler('public');
  const open = () => {
    const response = new EventEmitter();
    void serve({} as IncomingMessage, response as ServerResponse);
    return response;
  };
  const onFirst = open();
  generations.replace(gateway('second'));
  const onSecond = open();
  generations.replace(gateway('third'));
  open();
  expect(happened()).toEqual(['first serves public', 'second serves public', 'third serves public']);

  onSecond.emit('close');
  expect(happened()).toEqual([]); // the first may share what the second would let go of
  onFirst.emit('close');
  expect(happened()).toEqual(['first retires', 'second retires']);
  await generations.close();
  expect(happened()).toEqual(['third closes']);
});

test('who has nothing to do retires at once; both listeners are swapped', () => {
  const generations = createGenerations(gateway('first'));
  generations.replace(gateway('second'));
  void generations.handler('admin')({} as IncomingMessage, new EventEmitter() as ServerResponse);
  expect(happened()).toEqual(['first retires', 'second serves admin']);
});
