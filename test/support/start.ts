import { type ApiAnswer, type Device, signInAtMvpd } from '@kinpass/simulator/client';
import { z } from 'zod';
import { start } from '#src/http/start-endpoint';
import { reachedAdobe } from './answers.ts';
import type { TestWorld } from './start-gateway.ts';

export type Question = Readonly<Record<string, string | boolean>>;

type Headers = Readonly<Record<string, string>>;

/** Where a browser lands after the login at an MVPD. */
export const landing = { redirectUrl: 'https://www.testadobe.com/signed-in' };

const path = (device: Device): string => `/v1/sp/${device.serviceProvider}/start`;

/** Asks where the viewer of a device stands; any status is an answer. */
export const askStart = (
  device: Device,
  question: Question = {},
  headers: Headers = {},
): Promise<ApiAnswer> => device.send(path(device), { method: 'POST', json: { ...question }, headers });

export type Answer = z.output<typeof start.answer>;

/** The same; the answer must be one. */
export const startOn = async (device: Device, question?: Question, headers?: Headers): Promise<Answer> => {
  const { status, body, text } = await askStart(device, question, headers);
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return start.answer.parse(body);
};

/** The step, which must be this one. */
export const stepOf = <Step extends NonNullable<Answer['next']>['step']>(
  { next }: Answer,
  step: Step,
): Extract<NonNullable<Answer['next']>, { step: Step }> => {
  if (next?.step !== step) throw new Error(`the next step is ${next?.step}, not ${step}`);
  return next as Extract<NonNullable<Answer['next']>, { step: Step }>;
};

/** A device that has no viewer, as it names itself. */
export const clientOf = (device: Device): { client_id: string } => ({ client_id: device.app.id });

/** The operations that reached Adobe while something was done. */
export const adobeWas = async <T>(
  { control }: TestWorld,
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly asked: string[] }> => {
  await control.clearRequests();
  const result = await act();
  return { result, asked: reachedAdobe(await control.requests()).map(({ operation }) => operation) };
};

/** From now on the device calls with the tokens of this answer. */
export const useTokens = (device: Device, { tokens }: Answer): void => {
  if (!tokens) throw new Error('the answer has no tokens');
  device.use({
    accessToken: tokens.access_token,
    refreshToken: String(tokens['refresh_token']),
    expiresIn: 0,
  });
};

/** The viewer's login at the MVPD of a session. */
export const logInAt = async (t: TestWorld, url: string, user: string, mvpd: string): Promise<void> => {
  const subscription = t.user(user).subscriptions.find((candidate) => candidate.mvpd === mvpd);
  if (!subscription) throw new Error(`${user} has no subscription at ${mvpd}`);
  await signInAtMvpd(t.browser(), url, subscription);
};

const errorShape = z.object({ action: z.string(), status: z.number(), code: z.string() });

export type StartEvent =
  | { readonly event: 'start'; readonly answer: Answer }
  | { readonly event: 'error'; readonly error: z.output<typeof errorShape> };

const eventOf = (block: string): StartEvent[] => {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const [name = '', text = ''] = line.split(/: (.*)/s, 2);
      return [name, text];
    }),
  );
  const data: unknown = JSON.parse(fields.get('data') ?? 'null');
  if (fields.get('event') === 'error') return [{ event: 'error', error: errorShape.parse(data) }];
  if (fields.get('event') !== 'start') return [];
  const answer = start.answer.parse(data);
  if (answer.id !== fields.get('id')) throw new Error('the event has another id than its answer');
  return [{ event: 'start', answer }];
};

/** The events of a start, as they come. */
export async function* startEvents(
  { origin }: Pick<TestWorld, 'origin'>,
  device: Device,
  { question = {}, headers = {} }: { readonly question?: Question; readonly headers?: Headers } = {},
): AsyncGenerator<StartEvent> {
  const response = await fetch(`${origin}${path(device)}`, {
    method: 'POST',
    headers: {
      ...device.headers,
      ...(device.tokens && { authorization: `Bearer ${device.tokens.accessToken}` }),
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...headers,
    },
    body: JSON.stringify(question),
  });
  if (!response.ok || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield* eventOf(block);
  }
}
