import type { Costs, StepName } from './pieces.ts';

export const journeyNames = ['sign-in', 'first start', 'second device', 'return', 'playback'] as const;
export type JourneyName = (typeof journeyNames)[number];

/** How often each step is taken. */
export type Steps = Readonly<Partial<Record<StepName, number>>>;

/** Seconds. */
export interface Waits {
  /** Between a TV showing its code and its viewer approving it. */
  readonly viewer: number;
  /** Between a TV showing the code for the TV provider and the viewer having logged in there. */
  readonly tvProvider: number;
  /** Between two polls. */
  readonly interval: number;
}

/** Pure. */
export const journeysFor = ({
  viewer,
  tvProvider,
  interval,
}: Waits): Readonly<Record<JourneyName, Steps>> => {
  const signIn: Steps = { 'sign-in': 1, 'device-poll': viewer / interval };
  const start: Steps = { 'first-call': 1, call: 1, preauthorize: 1 };
  return {
    'sign-in': signIn,
    'first start': { ...signIn, ...start, session: 1, 'code-poll': tvProvider / interval },
    'second device': { ...signIn, ...start },
    return: { refresh: 1, 'first-call-with-token': 1, call: 1, preauthorize: 1 },
    playback: { authorize: 1 },
  };
};

/** Descriptions for the page. */
export const aboutJourneys: Readonly<Record<JourneyName, string>> = {
  'sign-in': 'device authorization grant with all its pages and polls',
  'first start': 'sign-in, credentials at Adobe, a login at the TV provider, profiles, preauthorization',
  'second device': 'the same without the login at the TV provider',
  return: 'refresh, configuration, profiles, preauthorization',
  playback: 'authorization',
};

const nothing: Costs = {
  gatewayMicros: 0,
  gatewayBytes: 0,
  adobeCalls: 0,
  transactions: 0,
  commits: 0,
  walBytes: 0,
  postgresMicros: 0,
  redisCalls: 0,
};
const costNames = Object.keys(nothing) as readonly (keyof Costs)[];

/** The sum of the costs, each times its count. Pure. */
export const sumOf = (parts: readonly (readonly [times: number, costs: Costs])[]): Costs =>
  Object.fromEntries(
    costNames.map((name) => [name, parts.reduce((sum, [times, costs]) => sum + times * costs[name], 0)]),
  ) as unknown as Costs;

/** Pure. */
export const costOf = (steps: Steps, measured: Readonly<Record<StepName, Costs>>): Costs =>
  sumOf(Object.entries(steps).map(([name, times]) => [times, measured[name as StepName]]));
