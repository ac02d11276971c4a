/**
 * What the package exports, one file for each entry of package.json: names that other projects may rely on. This
 * folder owns the public names and must not hold any code.
 */
export type { Control } from '#src/control/control';
export { defaultFixtures } from '#src/default-fixtures';
export type { FaultRuleInput } from '#src/faults/fault-schema';
export { type PartyFault, partyFaultNames } from '#src/faults/party-faults';
export type {
  App,
  Fixtures,
  Mvpd,
  ServiceProvider,
  Subscription,
  User,
} from '#src/fixtures';
export { type ErrorCode, SimulatorError } from '#src/lib/errors';
export type { SimulatorOptions } from '#src/options';
export type { Origins, PartyName } from '#src/party';
export type { RecordedRequest } from '#src/recording';
export { type Simulator, startSimulator } from '#src/simulator';
export type { WorldInput } from '#src/world-file/schema';
