import { expect, test } from 'vitest';
import type { Caller } from '#src/flows/caller';
import { KinpassError } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { CredentialPair } from '#src/stores/ports';
import { createRandom } from '../security/walls/random.ts';
import { account, auditRecord, instance, signIn } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { openProcesses, type Process, signInLifetime } from './two-processes.ts';

/** `RACE_SEED` repeats one run: the sequence with that seed is its first. */
const seed = Number(process.env['RACE_SEED'] ?? Date.now() % 1_000_000_007);

const device = 'fingerprint dHY=';
const viewers = ['ana', 'ben'] as const;
const instanceIds = ['i0', 'i1', 'i2', 'i3'];

interface Bearer {
  readonly text: string;
  readonly instance: string;
  readonly viewer?: string;
  readonly grant?: string;
  /** When it ends by the clock. */
  readonly until: number;
}

/** Something that must not be served any more, since a process has acknowledged it. */
interface Ended {
  readonly by: Process;
  readonly after: number;
  readonly at: number;
}

const play = async (sequence: number) => {
  const random = createRandom(sequence);
  const clock = createManualClock();
  const { shared, processes } = openProcesses({ clock, random });
  const bearers: Bearer[] = [];
  const story: string[] = [];
  const ended = new Map<string, Ended[]>();
  const ending = new Set<string>();
  /** Grows with each acknowledgement. */
  let acknowledged = 0;
  let served = 0;
  let moving = false;

  const put = async (): Promise<void> => {
    const number = bearers.length;
    const text = `t${number}`.padEnd(43, '_');
    const now = clock.now();
    const exp = Math.floor(now / 1000) + 1 + random.below(30);
    const on = `i${random.below(4)}`;
    if (random.below(3) === 0) {
      const key = `kct_${number}`;
      const expiresAt = exp * 1000;
      await shared.records.put('client-token', fingerprint(key), {
        value: { instance: on, expiresAt },
        expiresAt,
      });
      bearers.push({ text: key, instance: on, until: expiresAt });
      return;
    }
    const viewer = random.pick(viewers) ?? 'ana';
    const grant = random.pick(bearers)?.grant ?? `g${number}`;
    if (ending.has(`grant ${grant}`)) return;
    const known = await shared.signIns.find(grant);
    if (!known) {
      await shared.signIns.record(
        signIn({ grant, instance: on, viewer, provenAt: now, createdAt: now, idleAt: now + 10 ** 6 }),
      );
    }
    const of = (await shared.signIns.find(grant)) ?? signIn();
    const payload = { kind: 'AccessToken', grantId: grant, accountId: of.viewer, clientId: 'tv', exp };
    await shared.artifacts.upsert(
      { model: 'AccessToken', id: text, payload, grantId: grant, expiresAt: exp * 1000 },
      now,
    );
    const until = Math.min(exp * 1000, of.provenAt + signInLifetime);
    bearers.push({ text, instance: of.instance, viewer: of.viewer, grant, until });
  };

  const end = (name: string, by: Process): void => {
    acknowledged += 1;
    ended.set(name, [...(ended.get(name) ?? []), { by, after: acknowledged, at: clock.now() }]);
    story.push(`${clock.now() % 10 ** 6}: process ${processes.indexOf(by as never)} ended ${name}`);
  };
  const nameOf = ({ id, instance: on, holder }: CredentialPair): string => `pair ${id} of ${holder} on ${on}`;

  const allPairs = async (): Promise<CredentialPair[]> => {
    const found = instanceIds.flatMap((on) =>
      ['', ...viewers].map((holder) => shared.credentials.find({ instance: on, holder })),
    );
    return (await Promise.all(found)).filter((pair) => pair !== undefined);
  };

  /** Throws where a call that began then, in that process, was served what had ended. */
  const check = (by: Process, names: readonly string[], began: number, at: number, what: string): void => {
    for (const name of names)
      for (const one of ended.get(name) ?? [])
        if (one.by === by ? one.after <= began : one.at + 1_000 <= at)
          throw new Error(
            `${what} at ${at % 10 ** 6} in process ${processes.indexOf(by as never)} after ${name}\n${story.join('\n')}`,
          );
  };

  const call = async (by: Process): Promise<void> => {
    const bearer = random.pick(bearers);
    if (!bearer) return;
    const { text, instance: on, viewer, grant, until } = bearer;
    const names = [`token ${text}`, `instance ${on}`, `account ${viewer}`, `grant ${grant}`];
    const [began, at] = [acknowledged, clock.now()];
    const identifier =
      random.below(3) === 0 ? undefined : random.below(6) === 0 ? 'fingerprint b3RoZXI=' : device;
    let caller: Caller;
    try {
      caller = await by.identify({ bearer: text, identifier });
    } catch (error) {
      if (!(error instanceof KinpassError) || error.status >= 500) throw error;
      const mayBe =
        names.some((name) => ending.has(name)) ||
        clock.now() >= until ||
        error.code === 'gateway_device_mismatch';
      if (!mayBe) throw new Error(`${text} was refused: ${error.code}\n${story.join('\n')}`);
      return;
    }
    served += 1;
    if (at >= until) throw new Error(`${text} was served after its time`);
    check(by, [...names, ...caller.pairs.map(nameOf)], began, at, text);
    if (identifier !== undefined && caller.instance.device !== fingerprint(identifier))
      throw new Error('another device');
  };

  const write = async (by: Process): Promise<void> => {
    const { signIns, revocations, artifacts, credentials } = by.stores;
    const now = clock.now();
    const of = random.pick(bearers);
    if (!of) return;
    const { text, instance: on, viewer = 'ana', grant = '' } = of;
    const revoke = (kind: 'account' | 'instance', id: string) =>
      revocations.add({ kind, id, reason: '', at: now }, auditRecord());
    const finish = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      ending.add(name);
      await work();
      end(name, by);
    };
    const pair =
      (await shared.credentials.find({ instance: on, holder: viewer })) ??
      (await shared.credentials.find({ instance: on, holder: '' }));
    const created = {
      id: `p${sequence}-${story.length}-${random.below(10 ** 9)}`,
      secret: 's',
      createdAt: now,
    };
    const token = { model: 'AccessToken', id: text };
    /** Ends the token if it is the first to do so. */
    const take = async (work: () => Promise<boolean>): Promise<void> => {
      ending.add(`token ${text}`);
      if (await work()) end(`token ${text}`, by);
    };
    const opening = {
      signIn: signIn({ grant: `opened ${story.length}`, instance: on, viewer, provenAt: now }),
      adopts: true,
      changes: [{ take: token }],
    };
    /** One at a time: who moved a pair would not be known otherwise. Pairs never come back to where they were. */
    const moved = async (work: () => Promise<unknown>): Promise<void> => {
      if (moving) return;
      moving = true;
      const pairs = await allPairs();
      await work();
      moving = false;
      for (const pair of pairs) {
        const left = await shared.credentials.byId(pair.id);
        if (!left || nameOf(left) !== nameOf(pair)) end(nameOf(pair), by);
      }
    };
    const actions: readonly (() => Promise<unknown>)[] = [
      () => finish(`grant ${grant}`, () => signIns.end(grant, now)),
      () => finish(`grant ${grant}`, () => artifacts.revokeByGrantId(grant, now)),
      () =>
        of.grant ? finish(`token ${text}`, () => artifacts.destroy('AccessToken', text, now)) : undefined,
      () =>
        of.grant ? finish(`token ${text}`, () => artifacts.change([{ remove: token }], now)) : undefined,
      () => (of.grant ? take(() => artifacts.change([{ take: token }], now)) : undefined),
      () =>
        of.grant ? moved(() => take(async () => (await signIns.open(opening, now)) === 'opened')) : undefined,
      () => (random.below(3) === 0 ? finish(`instance ${on}`, () => revoke('instance', on)) : undefined),
      () =>
        random.below(3) === 0 ? finish(`account ${viewer}`, () => revoke('account', viewer)) : undefined,
      () => credentials.add({ ...created, instance: on, holder: random.below(2) === 0 ? '' : viewer }),
      () => moved(() => credentials.adopt(on, viewer, now)),
      () =>
        moved(() =>
          credentials.bring({
            app: 'tv',
            device: fingerprint(device),
            viewer,
            to: 'i3',
            now,
          }),
        ),
      () =>
        pair
          ? moved(() => credentials.replace(pair.id, { ...created, instance: on, holder: pair.holder }))
          : undefined,
    ].map((action) => async () => action());
    await random.pick(actions)?.();
  };

  for (const id of instanceIds) await shared.instances.add(instance({ id }));
  for (const id of viewers) {
    const identity = {
      family: 'ref',
      issuer: 'https://dtc.example',
      subject: id,
      provider: 'dtc',
      email: null,
    };
    await shared.accounts.resolve({
      identity: { ...identity, linkKey: null, linkAuthority: null, createdAt: 1, provenAt: 1 },
      fresh: account({ id }),
      link: { authorities: [], provenSince: 0 },
    });
  }
  for (let batch = 0; batch < 60; batch += 1) {
    const by = () => random.pick(processes) ?? processes[0];
    if (random.below(3) === 0) await put();
    if (random.below(6) === 0) by().toggleAway();
    const works = Array.from({ length: 1 + random.below(8) }, () =>
      random.below(8) === 0 ? write(by()) : call(by()),
    );
    let done = false;
    const all = Promise.all(works).finally(() => {
      done = true;
    });
    all.catch(() => undefined);
    while (!done) await clock.advance(random.below(300));
    await all;
  }
  for (const each of processes) each.close();
  const hits = processes.reduce((sum, { uses }) => sum + uses.hit, 0);
  return { served, hits };
};

test('nobody is served after the process was told, nor a second after another one was', {
  timeout: 120_000,
}, async () => {
  let [served, hits] = [0, 0];
  for (let sequence = seed; sequence < seed + 400; sequence += 1) {
    const played = await play(sequence).catch((cause: Error) => {
      throw new Error(`RACE_SEED=${sequence}: ${cause.message}`, { cause });
    });
    served += played.served;
    hits += played.hits;
  }
  // The promise would hold if nobody were ever known, or served.
  expect(hits).toBeGreaterThan(served / 4);
  expect(served).toBeGreaterThan(10_000);
});
