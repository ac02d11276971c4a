import { z } from 'zod';
import { duration } from '../values.ts';

export const signInSchema = z
  .strictObject({
    deviceCodeLifetime: duration('60s', '10m')
      .prefault('10m')
      .describe('Lifetime of the code that a TV shows'),
    pollingInterval: duration('0s', '60s')
      .prefault('5s')
      .describe('RFC 8628 interval; faster polls get slow_down'),
    accessTokenLifetime: duration('60s', '24h')
      .prefault('1h')
      .describe('Lifetime of the access tokens of viewers'),
    refreshTokenLifetime: duration('1h', '400d')
      .prefault('180d')
      .describe('A sign-in ends when its app asks for no new tokens for this long'),
    signInLifetime: duration('1h', '3650d')
      .prefault('400d')
      .describe(
        'A sign-in ends this long after the identity provider proved who the viewer is, however much it is used',
      ),
    sessionIdleLifetime: duration('60s', '400d')
      .prefault('14d')
      .describe("A browser's session ends when it is not used for this long"),
    sessionLifetime: duration('60s', '400d')
      .prefault('90d')
      .describe(
        "A browser's session ends this long after the identity provider proved who the viewer is, however much it is used",
      ),
    lostAnswerLifetime: duration('0s', '7d')
      .prefault('24h')
      .describe('How long a lost token response is repeated, unless its tokens were used'),
    clientTokenLifetime: duration('60s', '24h')
      .prefault('6h')
      .describe('Lifetime of the access tokens of apps that sign in no viewers'),
  })
  .prefault({});

/** The defaults suffice for the subscribers who share an address of a carrier. */
const sourceLimit = (what: string) =>
  z
    .strictObject({
      count: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .default(500)
        .describe(`${what} that one IPv4 address, or one /64 of IPv6, may start in a window`),
      window: duration('1s', '1d').prefault('10m').describe('Time after which counting begins again'),
    })
    .prefault({});

export const overloadSchema = z
  .strictObject({
    maxDelay: duration('10ms', '1m')
      .prefault('50ms')
      .describe(
        'Duration of an event loop turn above which polls are refused (503, or slow_down); everything else is refused at four times it',
      ),
    maxRunning: z
      .int()
      .min(10)
      .max(1_000_000)
      .default(1_000)
      .describe(
        'Number of running requests, excluding those that wait for a profile, above which polls are refused (503, or slow_down); everything else is refused at twice as many',
      ),
  })
  .prefault({});

export const limitsSchema = z
  .strictObject({
    registrations: sourceLimit('Registrations (`/o/client/register`)'),
    deviceAuthorizations: sourceLimit('Device authorizations (`/device/auth`)'),
  })
  .prefault({});
