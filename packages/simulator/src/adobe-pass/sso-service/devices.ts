import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import { decodeDeviceIdentifier, deviceFacts } from '../requests/device.ts';
import type { AdobeState, SsoDevice } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import type { SsoCall } from './admit.ts';

export interface DeviceDeps {
  readonly state: Pick<AdobeState, 'ssoDevices'>;
  readonly clock: Clock;
  readonly switches: SwitchReader<'ssoServiceDeviceIds'>;
  readonly changed: () => void;
}

/** An SSO id of one programmer. */
export interface Household {
  readonly programmer: string;
  readonly ssoId: string;
}

const keyOf = ({ programmer, ssoId }: Household, device: string): string =>
  compositeKey(programmer, ssoId, device);

/** The list entry of a device, from its X-Device-Info and User-Agent. */
const describe = ({ headers }: SsoCall) => {
  const info = deviceFacts(headers['x-device-info'], headers['user-agent']);
  const text = (name: string): string => String(info[name] ?? 'Unknown');
  return {
    deviceType: text('primaryHardwareType'),
    model: text('model'),
    os: text('osName'),
    osVersion: text('osVersion'),
  };
};

/** Records that the device holds a token of the SSO id, which it sent itself (`regular`) or got by link code (`sso`). */
export const enrol = (
  { state, clock, changed }: DeviceDeps,
  household: Household,
  { call, device, type }: { call: SsoCall; device: string; type: SsoDevice['type'] },
): void => {
  const key = keyOf(household, device);
  const known = state.ssoDevices.get(key);
  const lastSeen = clock.now();
  state.ssoDevices.set(key, {
    ...household,
    device,
    lastSeen,
    ...describe(call),
    type: known?.type ?? type,
  });
  changed();
};

/** Updates when a listed device was last seen. */
export const markSeen = ({ state, clock, changed }: DeviceDeps, household: Household, device: string) => {
  const key = keyOf(household, device);
  const known = state.ssoDevices.get(key);
  if (!known) return;
  state.ssoDevices.set(key, { ...known, lastSeen: clock.now() });
  changed();
};

export const devicesOf = ({ state }: Pick<DeviceDeps, 'state'>, household: Household): SsoDevice[] =>
  [...state.ssoDevices.values()].filter(
    ({ programmer, ssoId }) => programmer === household.programmer && ssoId === household.ssoId,
  );

/** The name of a device in lists: its identifier, or the Base64 value of the header if that is no text. */
export const nameOf = ({ switches }: Pick<DeviceDeps, 'switches'>, device: string): string =>
  switches.now.ssoServiceDeviceIds === 'encoded' ? device : (decodeDeviceIdentifier(device) ?? device);

/** Removes a device by its name in lists. Returns whether it was on the list. */
export const removeDevice = (deps: DeviceDeps, household: Household, name: string): boolean => {
  const found = devicesOf(deps, household).find(({ device }) => nameOf(deps, device) === name);
  return found !== undefined && deps.state.ssoDevices.delete(keyOf(household, found.device));
};
