import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createAskWebhook } from '#src/business-rules/webhook/ask-webhook';
import type { Question } from '#src/business-rules/webhook/shapes';
import { systemIds } from '#src/lib/ids';
import { createManualClock } from '../../support/manual-clock.ts';
import { json, startWebhook, verifyQuestion } from '../../support/webhook.ts';

const secret = 'a secret of the webhook and of nothing else';
const question: Question = {
  subject: 'f1',
  app: 'news-tv',
  serviceProvider: 'NEWS',
  mvpd: 'Cablevision',
  country: null,
  permits: [{ resource: 'news', source: 'mvpd', profile: 'regular' }],
};
const permit = { decisions: [{ decision: 'permit' }] };

const askAt = (url: string, deadline = 10_000) =>
  createAskWebhook({
    settings: { url, key: { id: 'k1', secret }, deadline },
    clock: createManualClock(Date.UTC(2031, 2, 5)),
    ids: systemIds,
  });

test('a question is signed: method, URL, type and body, at a time, once', async () => {
  await using hook = await startWebhook();
  const ask = askAt(hook.url);
  for (const _ of [1, 2]) expect(await ask(question)).toEqual({ verdicts: [{ decision: 'permit' }] });
  const [first, second] = hook.questions;
  if (!first || !second) throw new Error('two questions');
  expect(JSON.parse(first.text)).toEqual(question);
  verifyQuestion(first, hook.url, secret);
  expect(first.headers['signature-input']).toMatch(
    /;created=1930435200;nonce="[\w-]{36}";keyid="k1";alg="hmac-sha256";tag="kinpass-webhook"$/,
  );
  expect(second.headers['signature-input']).not.toBe(first.headers['signature-input']);
  expect(() =>
    verifyQuestion({ ...first, text: first.text.replace('news', 'film') }, hook.url, secret),
  ).toThrow('digest');
  expect(() => verifyQuestion(first, `${hook.url}&x`, secret)).toThrow('signature');
  expect(() => verifyQuestion(first, hook.url, 'another secret')).toThrow('signature');
});

test('a denial has a reason, a text and a time to ask again', async () => {
  await using hook = await startWebhook(
    json({
      decisions: [
        { decision: 'deny', reason: 'concurrency', text: { en: 'Too many' }, retryAfter: 30, score: 7 },
      ],
      version: 2,
    }),
  );
  expect(await askAt(hook.url)(question)).toEqual({
    verdicts: [{ decision: 'deny', reason: 'concurrency', text: { en: 'Too many' }, retryAfter: 30 }],
  });
});

test('a denial without a reason has another one than those that are listed', async () => {
  await using hook = await startWebhook(json({ decisions: [{ decision: 'deny' }] }));
  expect(await askAt(hook.url)(question)).toEqual({ verdicts: [{ decision: 'deny', reason: 'other' }] });
});

test.each<[what: string, body: unknown]>([
  ['no JSON', undefined],
  ['no decisions', {}],
  ['too few decisions', { decisions: [] }],
  ['too many decisions', { decisions: [...permit.decisions, ...permit.decisions] }],
  ['another word', { decisions: [{ decision: 'allow' }] }],
  ['another reason', { decisions: [{ decision: 'deny', reason: 'mood' }] }],
  ['text of no language', { decisions: [{ decision: 'deny', text: 'No' }] }],
])('an answer with %s is none', async (_, body) => {
  await using hook = await startWebhook(json(body));
  expect(await askAt(hook.url)(question)).toMatchObject({ failure: 'invalid' });
});

test.each([201, 204, 301, 302, 307, 308, 400, 401, 500, 503])('status %i is no answer', async (status) => {
  await using hook = await startWebhook((_, response) =>
    response
      .writeHead(status, { location: '/elsewhere' })
      .end(status === 204 ? undefined : JSON.stringify(permit)),
  );
  expect(await askAt(hook.url)(question)).toEqual({ failure: 'status', detail: `status ${status}` });
  expect(hook.questions).toHaveLength(1);
});

test('an answer that is huge is not read to its end', async () => {
  await using hook = await startWebhook((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      if (!response.destroyed) response.write(' '.repeat(50_000), more);
    };
    more();
  });
  expect(await askAt(hook.url)(question)).toEqual({ failure: 'invalid', detail: 'more than 65536 bytes' });
});

test('a compressed answer is not unpacked', async () => {
  await using hook = await startWebhook((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(permit))),
  );
  expect(await askAt(hook.url)(question)).toMatchObject({ failure: 'invalid' });
  expect(hook.questions[0]?.headers['accept-encoding']).toBe('identity');
});

test.each([
  ['says nothing', () => undefined],
  [
    'stops in the middle',
    (response: { write(text: string): unknown }) => void response.write('{"decisions":'),
  ],
])(
  'a service that %s is waited for until the deadline',
  async (_, begin) => {
    await using hook = await startWebhook((__, response) => begin(response));
    expect(await askAt(hook.url, 50)(question)).toEqual({ failure: 'timeout', detail: 'ETIMEDOUT' });
  },
  5_000,
);

test('a service that is down cannot be reached', async () => {
  const { url } = await (async () => {
    await using hook = await startWebhook();
    return hook;
  })();
  expect(await askAt(url)(question)).toEqual({ failure: 'unreachable', detail: 'ECONNREFUSED' });
});

test('a service that cuts the connection cannot be reached, and is not asked again', async () => {
  await using hook = await startWebhook((_, response) => response.destroy());
  expect(await askAt(hook.url)(question)).toMatchObject({ failure: 'unreachable' });
  expect(hook.questions).toHaveLength(1);
});

test('who has gone away waits no longer', async () => {
  const gone = new AbortController();
  await using hook = await startWebhook(() => gone.abort(new Error('gone')));
  await expect(askAt(hook.url)(question, gone.signal)).rejects.toThrow('gone');
});

test('no more than 200 wait at once, and a place is free again after that', async () => {
  const held: (() => void)[] = [];
  const all = Promise.withResolvers<void>();
  await using hook = await startWebhook((received, response) => {
    held.push(() => json(permit)(received, response));
    if (held.length === 200) all.resolve();
  });
  const ask = askAt(hook.url, 60_000);
  const asking = Array.from({ length: 200 }, () => ask(question));
  await all.promise;
  expect(await ask(question)).toEqual({ failure: 'busy', detail: '200 questions wait' });
  for (const release of held) release();
  expect(await Promise.all(asking)).toHaveLength(200);
  hook.answers(json(permit));
  expect(await ask(question)).toMatchObject({ verdicts: permit.decisions });
});
