import type { ApiAnswer, Device } from '@kinpass/simulator/client';
import type { z } from 'zod';
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
