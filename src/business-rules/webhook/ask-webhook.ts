import got from 'got';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { parseJson } from '#src/lib/json';
import { nodeErrorCode } from '#src/lib/system-error';
import { answerShape, type Question, questionShape, type Verdict } from './shapes.ts';
import { contentDigest, type SigningKey, signMessage } from './sign-request.ts';

/** Why there is no answer: from a small fixed set. */
export type WebhookFailure = 'timeout' | 'unreachable' | 'status' | 'invalid' | 'busy';

/** One verdict for each permit, in their order, or why there is none. Rejects only with the reason of the signal. */
export type AskWebhook = (
  question: Question,
  signal?: AbortSignal,
) => Promise<
  { readonly verdicts: readonly Verdict[] } | { readonly failure: WebhookFailure; readonly detail: string }
>;

interface Deps {
  readonly settings: {
    readonly url: string;
    readonly key: SigningKey;
    /** Milliseconds. */
    readonly deadline: number;
  };
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
}

/** Bytes of an answer. */
const maxAnswer = 65_536;

/** Questions of one process that wait for an answer at once. */
const maxWaiting = 200;

/** Asks the programmer's service, signed by RFC 9421. Nothing is repeated, and no redirect followed. */
export const createAskWebhook = ({ settings, clock, ids }: Deps): AskWebhook => {
  let waiting = 0;
  return async (question, signal) => {
    if (waiting >= maxWaiting) return { failure: 'busy', detail: `${waiting} questions wait` };
    waiting += 1;
    try {
      const answer = await send(settings, signedRequest(question, settings, { clock, ids }), signal);
      return 'failure' in answer ? answer : read(answer.body, question.permits.length);
    } finally {
      waiting -= 1;
    }
  };
};

const signedRequest = (
  question: Question,
  { url, key }: Deps['settings'],
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
) => {
  const body = JSON.stringify(questionShape.parse(question));
  const digest = contentDigest(body);
  const type = 'application/json';
  const { input, signature } = signMessage(
    [
      ['@method', 'POST'],
      ['@target-uri', new URL(url).href],
      ['content-type', type],
      ['content-digest', digest],
    ],
    {
      created: Math.floor(clock.now() / 1000),
      nonce: ids.uuid(),
      alg: 'hmac-sha256',
      tag: 'kinpass-webhook',
    },
    key,
  );
  const headers = {
    'content-type': type,
    'content-digest': digest,
    'signature-input': input,
    signature,
    accept: type,
    // A compressed answer can expand a thousandfold: none is requested, none is unpacked.
    'accept-encoding': 'identity',
  };
  return { body, headers };
};

type Sent = { readonly body: string } | { readonly failure: WebhookFailure; readonly detail: string };

const send = async (
  { url, deadline }: Deps['settings'],
  request: ReturnType<typeof signedRequest>,
  signal: AbortSignal | undefined,
): Promise<Sent> => {
  const tooLarge = new AbortController();
  const call = got.post(url, {
    ...request,
    decompress: false,
    signal: signal ? AbortSignal.any([signal, tooLarge.signal]) : tooLarge.signal,
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    responseType: 'text',
    timeout: { request: deadline },
  });
  call.on('downloadProgress', ({ transferred }) => transferred > maxAnswer && tooLarge.abort());
  try {
    const { statusCode, body } = await call;
    return statusCode === 200 ? { body } : { failure: 'status', detail: `status ${statusCode}` };
  } catch (error) {
    signal?.throwIfAborted();
    if (tooLarge.signal.aborted) return { failure: 'invalid', detail: `more than ${maxAnswer} bytes` };
    // got's errors hold the request: only their code is kept.
    const code = nodeErrorCode(error) ?? 'failed';
    return { failure: code === 'ETIMEDOUT' ? 'timeout' : 'unreachable', detail: code };
  }
};

const read = (body: string, count: number): Awaited<ReturnType<AskWebhook>> => {
  const { data, error } = answerShape.safeParse(parseJson(body));
  if (error) return { failure: 'invalid', detail: `at ${error.issues[0]?.path.join('.') || 'the top'}` };
  return data.decisions.length === count
    ? { verdicts: data.decisions }
    : { failure: 'invalid', detail: `${data.decisions.length} decisions instead of ${count}` };
};
