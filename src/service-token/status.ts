import type { KeySettings } from '#src/config/schema';
import type { Loaded } from './load-keys.ts';
import type { KeyNotice, KeyRingStatus, KeyView, Signing } from './ports.ts';
import { asOperand } from './public-key.ts';
import { isoTime, type Rotation } from './rotation.ts';

interface Deps {
  readonly loaded: Loaded;
  readonly rotation: Rotation;
  readonly signing: Signing | undefined;
  readonly now: number;
  readonly settings: Pick<KeySettings, 'warnAfter'>;
  readonly ledgerPath: string;
}

/** Clocks of nodes may be so far apart, milliseconds. */
const clockTolerance = 60_000;

/** How the ring is, as readiness, logs and the command line tell it. Pure. */
export const statusOf = (deps: Deps): KeyRingStatus => {
  const { loaded, signing } = deps;
  return {
    ready: signing !== undefined,
    keys: viewsOf(deps),
    problems: [...loaded.problems, ...silence(deps)],
    warnings: [...loaded.warnings, ...age(deps), ...lapses(deps), ...clockBehind(deps)],
  };
};

const viewsOf = ({ loaded, rotation }: Deps): KeyView[] =>
  loaded.entries.flatMap(({ kid, fingerprint, publicKey }) => {
    const life = rotation.keys.get(kid);
    return publicKey && life
      ? [{ kid, fingerprint, state: life.state, madeAt: life.madeAt, since: life.since }]
      : [];
  });

const silence = ({ rotation: { active, keys }, signing, ledgerPath }: Deps): KeyNotice[] => {
  if (signing) return [];
  if (active !== undefined) {
    return [{ file: ledgerPath, message: `says that "${active}" signs, but its private key cannot be used` }];
  }
  const ready = [...keys.values()].find(({ state }) => state === 'acknowledged');
  const cure = ready
    ? `kinpass keys activate ${asOperand(ready.kid)}`
    : 'kinpass keys generate, export, acknowledge and activate lead to one; kinpass keys list says what is next';
  return [{ file: ledgerPath, message: `has no active key, so no service token is signed: ${cure}` }];
};

const age = ({ rotation: { active, keys }, settings: { warnAfter }, ledgerPath, now }: Deps): KeyNotice[] => {
  const key = active === undefined ? undefined : keys.get(active);
  if (!key || now < key.madeAt + warnAfter) return [];
  const when = isoTime(key.madeAt);
  return [
    {
      file: ledgerPath,
      message: `the active key "${key.kid}" is of ${when}, older than keys.warnAfter: kinpass keys generate begins its succession`,
    },
  ];
};

/** A plan that failed is told until something else happens to its key. */
const lapses = ({ rotation: { lapsed, keys }, ledgerPath }: Deps): KeyNotice[] =>
  lapsed
    .filter(({ event: { kid, planned } }) => (keys.get(kid)?.since ?? planned) < planned)
    .map(({ event: { event, kid, planned }, why }) => ({
      file: ledgerPath,
      message: `what was planned for ${isoTime(planned)} (${event} "${kid}") was not done: ${why}`,
    }));

const clockBehind = ({ rotation: { writtenAt }, ledgerPath, now }: Deps): KeyNotice[] =>
  now >= writtenAt - clockTolerance
    ? []
    : [
        {
          file: ledgerPath,
          message: `its last line is of ${isoTime(writtenAt)} (at), which this machine's clock has not reached: set the clock`,
        },
      ];
