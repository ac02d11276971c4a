import { brokenAnswers } from './broken-answers.ts';
import { halfOpenConnections, resetConnections, slowBodies } from './broken-connections.ts';
import { crashLoop } from './crashes.ts';
import { damagedDatabase } from './damaged-database.ts';
import { endedInTheMiddle } from './ended-in-the-middle.ts';
import { failingAdobe, failingPosts, throttlingAdobe } from './failing-adobe.ts';
import type { Fault } from './fault.ts';
import { fullDisk } from './full-disk.ts';
import { history } from './history.ts';
import { idleConnections } from './idle-connections.ts';
import { keyRotation } from './key-rotation.ts';
import { killedGateways } from './killed-gateways.ts';
import { killedWriters } from './killed-writers.ts';
import { lockedDatabase } from './locked-database.ts';
import { lostAnswers } from './lost-answers.ts';
import { manyCodes, manyPollers } from './many-pollers.ts';
import { movingNames } from './moving-names.ts';
import { overload } from './overload.ts';
import { powerCut } from './power-cut.ts';
import { providerAway } from './provider-away.ts';
import { rollingRestart } from './rolling-restart.ts';
import { evictedKeys, sharedStateAway } from './shared-state-away.ts';
import { slowAdobe } from './slow-adobe.ts';
import { soak } from './soak.ts';
import { revokedTokens, tokenHerd } from './token-herd.ts';
import { unreadOutput } from './unread-output.ts';
import { wrongClocks } from './wrong-clocks.ts';

const restarts: Fault = {
  ...rollingRestart(20),
  run: (size) => rollingRestart(size === 'short' ? 2 : 20).run(size),
};

/** All faults, in the order of the catalogue. */
export const faults: readonly Fault[] = [
  slowAdobe,
  failingAdobe,
  failingPosts,
  throttlingAdobe,
  resetConnections,
  idleConnections,
  halfOpenConnections,
  slowBodies,
  brokenAnswers,
  movingNames,
  tokenHerd,
  revokedTokens,
  manyPollers(1),
  manyPollers(2),
  manyCodes,
  killedWriters,
  killedGateways,
  powerCut,
  fullDisk,
  damagedDatabase,
  lockedDatabase,
  sharedStateAway,
  evictedKeys,
  wrongClocks,
  keyRotation,
  providerAway,
  restarts,
  endedInTheMiddle,
  crashLoop,
  overload,
  lostAnswers,
  unreadOutput,
  soak,
  history,
];
