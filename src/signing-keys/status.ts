import type { KeySettings } from '#src/config/schema';
import { adviceFor } from './admin/advice.ts';
import { asOperand } from './key/public-key.ts';
import { isoTime, type Rotation } from './ledger/rotation.ts';
import type { LoadedKeys } from './load-keys.ts';
import type { ActiveKey, KeyNotice, KeyRingStatus, KeyView } from './ports.ts';

interface Deps {
  readonly loaded: LoadedKeys;
  readonly rotation: Rotation;
  readonly signing: ActiveKey | undefined;
  readonly now: number;
  readonly settings: Pick<KeySettings, 'warnAfter'>;
  readonly ledgerPath: string;
}

/** How far the clocks of nodes may differ without a warning, milliseconds. */
const clockTolerance = 60_000;

/** The state of the ring for readiness, logs and the command line. Pure. */
export const statusOf = (deps: Deps): KeyRingStatus => {
  const { loaded, signing } = deps;
  return {
    ready: signing !== undefined,
    keys: viewsOf(deps),
    problems: [...loaded.problems, ...notSigning(deps)],
    warnings: [...loaded.warnings, ...tooOld(deps), ...lapsedPlans(deps), ...clockBehind(deps)],
  };
};

const viewsOf = ({ loaded, rotation, settings }: Deps): KeyView[] =>
  loaded.entries.flatMap(({ kid, fingerprint, publicKey }) => {
    const life = rotation.keys.get(kid);
    if (!publicKey || !life) return [];
    const { state, createdAt, since } = life;
    const advice = adviceFor(life, rotation, settings.warnAfter);
    return [{ kid, fingerprint, state, createdAt, since, ...advice }];
  });

const notSigning = ({ rotation: { active, keys }, signing, ledgerPath }: Deps): KeyNotice[] => {
  if (signing) return [];
  if (active !== undefined)
    return [
      { file: ledgerPath, message: `names "${active}" as the active key, but its private key is not usable` },
    ];
  const ready = [...keys.values()].find(({ state }) => state === 'acknowledged');
  const cure = ready
    ? `run kinpass keys activate ${asOperand(ready.kid)}`
    : 'generate, export, acknowledge and activate one; kinpass keys list shows the next step';
  return [{ file: ledgerPath, message: `has no active key, so no service token can be signed: ${cure}` }];
};

const tooOld = ({
  rotation: { active, keys },
  settings: { warnAfter },
  ledgerPath,
  now,
}: Deps): KeyNotice[] => {
  const key = active === undefined ? undefined : keys.get(active);
  if (!key || now < key.createdAt + warnAfter) return [];
  const message = `the active key "${key.kid}" was created ${isoTime(key.createdAt)}, which exceeds keys.warnAfter; run kinpass keys generate to start a rotation`;
  return [{ file: ledgerPath, message }];
};

/** A lapsed plan is reported until something else happens to its key. */
const lapsedPlans = ({ rotation: { lapsed, keys }, ledgerPath }: Deps): KeyNotice[] =>
  lapsed
    .filter(({ event: { kid, planned } }) => (keys.get(kid)?.since ?? planned) < planned)
    .map(({ event: { event, kid, planned }, reason }) => ({
      file: ledgerPath,
      message: `the step planned for ${isoTime(planned)} (${event} "${kid}") was skipped: ${reason}`,
    }));

const clockBehind = ({ rotation: { writtenAt }, ledgerPath, now }: Deps): KeyNotice[] => {
  if (now >= writtenAt - clockTolerance) return [];
  const message = `its last line was written at ${isoTime(writtenAt)} (at), which is in the future by this machine's clock: set the clock`;
  return [{ file: ledgerPath, message }];
};
