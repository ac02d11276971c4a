/**
 * What the package exports, one file for each entry of package.json: names that other projects may rely on. This
 * folder owns the public names and must not hold any code.
 */
export type { Control } from '#src/control/control';
export type { FaultOrderInput } from '#src/fault-order';
export {
  type App,
  defaultFixtures,
  type Fixtures,
  type Mvpd,
  type ServiceProvider,
  type Subscription,
  type User,
} from '#src/fixtures';
export { type Flaw, flawNames } from '#src/flaws';
export { type ErrorCode, SimulatorError } from '#src/lib/errors';
export type { Origins, PartyName } from '#src/party';
export type { RecordedRequest } from '#src/recording';
export { type Simulator, type SimulatorOptions, startSimulator } from '#src/simulator';
export type { WorldInput } from '#src/world-file/schema';
