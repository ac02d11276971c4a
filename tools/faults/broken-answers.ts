import { gzipSync } from 'node:zlib';
import type { Fault } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import type { Behavior } from './world/tcp-proxy.ts';
import { createWatch, ownProfiles, refused, right, wrong } from './world/watch.ts';

const answer = (head: readonly string[], body: string | Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
    typeof body === 'string' ? Buffer.from(body) : body,
  ]);

const json = 'content-type: application/json;charset=UTF-8';
const half = gzipSync('{"profiles":{}}').subarray(0, 12);
const cut = '{"profiles":{"Cablevision":{"notBefore":1';

/** Malformed responses, as of a broken server or proxy; each as bytes. */
const answers: Readonly<Record<string, Behavior>> = {
  'JSON cut off by the end of the connection': {
    answer: answer(['HTTP/1.1 200 OK', json, 'connection: close'], cut),
    thenClose: true,
  },
  'a body shorter than its Content-Length': {
    answer: answer(['HTTP/1.1 200 OK', json, 'content-length: 500'], cut),
    thenClose: true,
  },
  'half a gzip': {
    answer: answer(
      ['HTTP/1.1 200 OK', json, 'content-encoding: gzip', `content-length: ${half.length}`],
      half,
    ),
    thenClose: true,
  },
  'a 204 with a body': {
    answer: answer(['HTTP/1.1 204 No Content', 'content-length: 15'], '{"profiles":{}}'),
    thenClose: true,
  },
  'a page': {
    answer: answer(
      ['HTTP/1.1 200 OK', 'content-type: text/html', 'content-length: 17'],
      '<html>hello</html'.padEnd(17),
    ),
    thenClose: true,
  },
  'no HTTP at all': { answer: 'SSH-2.0-OpenSSH_9.2\r\n', thenClose: true },
};

const corruptions = ['broken', 'types', 'list', 'null'] as const;

/** 502 each time, and the next response is Adobe's own: nothing of the malformed one was cached. */
export const brokenAnswers: Fault = {
  id: 'E7',
  name: 'Adobe answers invalid JSON, truncated gzip, a short body, a cut body, 204 with a body',
  run: async (size) => {
    await using world = await startGateways();
    const tv = await world.withProfile('ana');
    const ownAnswer = await ownProfiles(tv);
    const watch = createWatch();
    const { faults } = world.simulator.control;
    const rounds = size === 'short' ? 1 : 5;
    const few = size === 'short' ? 2 : undefined;

    const isRefused = () =>
      watch.ask(async () => {
        const { status, text, body } = await tv.profiles();
        return status === 502 && String(body['code']).startsWith('gateway_adobe')
          ? refused(text)
          : wrong(`${status} ${text}`);
      });
    const isServed = () =>
      watch.ask(async () => ((await ownAnswer()).is === 'right' ? right : wrong('kept')));

    for (let round = 0; round < rounds; round += 1) {
      for (const behavior of Object.values(answers).slice(0, few)) {
        watch.planted();
        world.adobe.behave(behavior);
        await isRefused();
        world.adobe.behave('pass');
        watch.removed();
        await isServed();
      }
      for (const how of corruptions.slice(0, few)) {
        watch.planted();
        faults.add({ match: { operation: 'profiles.all' }, fault: { kind: 'wrongJson', how } });
        await isRefused();
        faults.clear();
        watch.removed();
        await isServed();
      }
    }
    return watch.figures();
  },
};
