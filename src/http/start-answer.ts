import type { TvProvider } from '#src/flows/picker-rules';
import type { Started } from '#src/flows/start-journey';
import { guardOut } from './guard.ts';
import { type StartAnswer, start } from './start-endpoint.ts';

/** URLs that browsers open are at the gateway. */
const nextOf = (
  next: NonNullable<Started<TvProvider>['next']>,
  publicOrigin: string,
): StartAnswer['next'] => {
  if (next.step === 'authenticate') {
    const { step, mvpd, code, notAfter } = next;
    const url = new URL(next.url, publicOrigin).href;
    return { step, mvpd, url, code, qr: url, notAfter };
  }
  if (next.step === 'choose-provider') {
    const providers = next.providers.map((provider) => ({ ...provider, aliases: [...provider.aliases] }));
    return { step: next.step, providers };
  }
  if (next.step !== 'sign-in') return next;
  const { code, reason, step } = next;
  return {
    step,
    ...(code && {
      url: code.verificationUri,
      code: code.userCode,
      qr: code.verificationUriComplete,
      device_code: code.deviceCode,
      interval: code.interval,
      notAfter: code.expiresAt,
    }),
    ...(reason && { reason }),
  };
};

/** The answer as it is sent. */
export const startAnswerOf = (started: Started<TvProvider>, publicOrigin: string): StartAnswer => {
  const { id, viewer, tokens, profile, profiles, next, error } = started;
  return guardOut(start.answer, {
    id,
    viewer: viewer === undefined ? null : { sub: viewer },
    tokens,
    profile,
    profiles,
    next: next ? nextOf(next, publicOrigin) : null,
    error,
  });
};
