import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createGracefulReload } from '#src/cli/graceful-reload';

const events: string[] = [];

const gateway = (name: string) => {
  const app = (listener: string) => ({
    callback: () => () => void events.push(`${name} serves ${listener}`),
  });
  return {
    app: app('public'),
    admin: app('admin'),
    retire: () => void events.push(`${name} retires`),
    close: async () => void events.push(`${name} closes`),
  };
};

const exchange = () => {
  const request = new IncomingMessage(new Socket());
  return { request, response: new ServerResponse(request) };
};

/** The events since the last call. */
const newEvents = () => events.splice(0);

test('a request finishes where it started; gateways retire in order, once all before them are idle', async () => {
  const reload = createGracefulReload(gateway('first'));
  const serve = reload.handler('public');
  const open = () => {
    const { request, response } = exchange();
    serve(request, response);
    return response;
  };
  const onFirst = open();
  reload.replace(gateway('second'));
  const onSecond = open();
  reload.replace(gateway('third'));
  open();
  expect(newEvents()).toEqual(['first serves public', 'second serves public', 'third serves public']);

  onSecond.emit('close');
  expect(newEvents()).toEqual([]); // the first may share connections with the second
  onFirst.emit('close');
  expect(newEvents()).toEqual(['first retires', 'second retires']);
  await reload.close();
  expect(newEvents()).toEqual(['third closes']);
});

test('an idle gateway retires at once; both listeners switch', () => {
  const reload = createGracefulReload(gateway('first'));
  reload.replace(gateway('second'));
  const { request, response } = exchange();
  reload.handler('admin')(request, response);
  expect(newEvents()).toEqual(['first retires', 'second serves admin']);
});
