/** What happens once for all processes of a gateway, whatever they have in common. */
import { createBrowser } from '@kinpass/simulator/browser';
import { type Device, request, signInAtMvpd } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Fleet, Node } from '../support/start-fleet.ts';
import { openSession } from '../support/watch.ts';
import { askedAdobe, callAt } from './at-a-node.ts';

/** Seconds of simulated time. */
const [shortLife, longLife] = [60, 21_600];

const setTokenLife = async (fleet: Fleet, seconds: number): Promise<void> => {
  const { status } = await request({
    method: 'PUT',
    url: `${fleet.simulator.origins.adobe}/_control/switches`,
    json: { accessTokenSeconds: seconds },
  });
  expect(status).toBe(200);
};

/**
 * TVs of these viewers, which have made no call. They sign in before simulated time is moved on: identity providers live in
 * it, and would be ahead of the gateway.
 */
export const signInTvs = async (fleet: Fleet, users: readonly string[]): Promise<Device[]> => {
  const tvs: Device[] = [];
  for (const [index, user] of users.entries()) tvs.push(await fleet.signIn(user, `203.0.113.${100 + index}`));
  return tvs;
};

/** The TV gets credentials and an access token, which Adobe does not accept any more. */
const endTokenOf = async (fleet: Fleet, tv: Device): Promise<void> => {
  await setTokenLife(fleet, shortLife);
  expect((await callAt(fleet, fleet.node(0), tv)).status).toBe(200);
  await setTokenLife(fleet, longLife);
  fleet.simulator.control.advance((shortLife + 1) * 1_000);
  await fleet.control.clearRequests();
};

/** The answers to twenty calls at once, to both nodes by turns, and what they made this device ask Adobe for. */
const callsAtOnce = async (fleet: Fleet, tv: Device) => {
  const calls = Array.from({ length: 20 }, (_, call) => callAt(fleet, fleet.node(call % 2), tv));
  const statuses = new Set((await Promise.all(calls)).map(({ status }) => status));
  const registrations = await askedAdobe(fleet, 'dcr.register', tv.address);
  const tokens = await askedAdobe(fleet, 'dcr.token', tv.address);
  return { statuses: [...statuses], registrations: registrations.length, tokens: tokens.length };
};

export interface Given {
  readonly fleet: Fleet;
  /** A TV that no other test uses. */
  tv(): Device;
  /** The ids of Adobe's credentials in the store. */
  pairs(): Promise<readonly unknown[]>;
  /** Nobody holds a lock of the whole database. */
  isWritable(): boolean;
}

export const atOncePromises = (given: () => Given): void => {
  test('concurrent calls to all nodes create one pair of credentials and one access token', async () => {
    const { fleet, tv } = given();
    expect(await callsAtOnce(fleet, tv())).toEqual({ statuses: [200], registrations: 1, tokens: 1 });
  });

  test('an expired access token is renewed once', async () => {
    const { fleet, tv } = given();
    const device = tv();
    await endTokenOf(fleet, device);
    expect(await callsAtOnce(fleet, device)).toEqual({ statuses: [200], registrations: 0, tokens: 1 });
  });
};

export const stoppedPromises = (given: () => Given): void => {
  test('a node that is suspended in the middle of its work, and resumes, overwrites nothing newer', async () => {
    const { fleet, pairs } = given();
    const three = await startThree(given(), { kind: 'delay', ms: 600_000 });
    const stopped = fleet.node(0).run;
    await suspend(given());
    // Past the balancer, which still gives the stopped node its turn.
    await logInAtMvpd(fleet, at(fleet.node(1), three.session.url));
    // On a busy machine the other one may be a second behind with the changes, and answers 503 meanwhile.
    await eventually(async () => expect(await statusesOf(fleet, 1, three)).toEqual([200, 200, 200]));
    const before = await pairs();
    // Adobe answers what the stopped node had asked for.
    fleet.simulator.control.advance(600_000);
    stopped.signal('SIGCONT');
    // It has read no changes for a second, and answers nobody with a bearer until it has.
    for (const status of await Promise.all(three.answers)) expect([200, 503]).toContain(status);
    expect(await pairs()).toEqual(before);
    expect(await bearersOf(fleet, three.registering)).toHaveLength(1);
    expect(await bearersOf(fleet, three.renewing)).toHaveLength(1);
  });
};

/** Stops the first node between two transactions: what holds a lock of SQLite and sleeps stops all processes from writing. */
const suspend = ({ fleet, isWritable }: Given): Promise<void> =>
  eventually(() => {
    fleet.node(0).run.signal('SIGSTOP');
    if (isWritable()) return;
    fleet.node(0).run.signal('SIGCONT');
    throw new Error('the node is writing');
  });

/** What a node does at Adobe when it is killed or stopped. */
export interface UnderWay {
  readonly registering: Device;
  readonly renewing: Device;
  readonly polling: Device;
  /** The code that `polling` waits for, and where its viewer logs in. */
  readonly session: { readonly code: string; readonly url: string };
  /** What apps get from the first node, in the order above. */
  readonly answers: readonly Promise<number>[];
}

/** Adobe has got all three from the first node, and answers none of them: never, or once simulated time moves on. */
export const startThree = async (
  { fleet, tv }: Given,
  fault: { kind: 'hang' } | { kind: 'delay'; ms: number },
): Promise<UnderWay> => {
  const [registering, renewing, polling] = [tv(), tv(), tv()];
  const session = await openSession(polling);
  await endTokenOf(fleet, renewing);
  const faults = [
    { operation: 'dcr.register', address: registering.address },
    { operation: 'dcr.token', address: renewing.address },
    { operation: 'profiles.code', address: polling.address },
  ];
  for (const match of faults) await fleet.control.fault({ match, times: 1, fault });
  const three = { registering, renewing, polling, session };
  const answers = callThree(fleet, 0, three);
  for (const answer of answers) answer.catch(() => undefined);
  await eventually(async () => {
    const asked = faults.map(({ operation, address }) => askedAdobe(fleet, operation, address));
    expect((await Promise.all(asked)).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
  return { ...three, answers };
};

const callThree = (
  fleet: Fleet,
  node: number,
  { registering, renewing, polling, session }: Omit<UnderWay, 'answers'>,
): Promise<number>[] =>
  [
    callAt(fleet, fleet.node(node), registering),
    callAt(fleet, fleet.node(node), renewing),
    callAt(fleet, fleet.node(node), polling, waitingFor(session.code)),
  ].map(async (answer) => (await answer).status);

/** What a node answers to the three apps. */
export const statusesOf = (fleet: Fleet, node: number, three: UnderWay): Promise<number[]> =>
  Promise.all(callThree(fleet, node, three));

const at = ({ address }: Node, url: string): string => {
  const { pathname, search } = new URL(url);
  return `${address}${pathname}${search}`;
};

/** Somebody logs in to the session at this address. */
export const logInAtMvpd = async (fleet: Fleet, url: string): Promise<void> => {
  const [subscription] = fleet.simulator.fixtures.users
    .flatMap(({ subscriptions }) => subscriptions)
    .filter(({ mvpd }) => mvpd === 'Cablevision');
  if (!subscription) throw new Error('nobody has a subscription at Cablevision');
  await signInAtMvpd(createBrowser({ address: '203.0.113.99' }), url, subscription);
};

export const waitingFor = (code: string) => ({
  path: `/REF30/profiles/code/${code}`,
  headers: { prefer: 'wait=25' },
});

/** The access tokens with which nodes have called Adobe for this device, and call now, as far as it accepts them. */
const bearersOf = async (fleet: Fleet, device: Device): Promise<unknown[]> => {
  for (const node of [0, 1]) expect((await callAt(fleet, fleet.node(node), device)).status).toBe(200);
  const asked = await askedAdobe(fleet, 'profiles.all', device.address);
  const accepted = asked.filter(({ status }) => status === 200);
  return [...new Set(accepted.map(({ headers }) => headers['authorization']))];
};
