import { compositeKey } from '#src/lib/single-flight';
import { readDeviceInfo } from '../device.ts';
import type { SsoDevice } from '../state.ts';
import type { SsoCall, SsoContext } from './admit.ts';

/** An SSO id of one programmer. */
export interface Household {
  readonly programmer: string;
  readonly ssoId: string;
}

type Context = Pick<SsoContext, 'state' | 'clock' | 'changed'>;

const keyOf = ({ programmer, ssoId }: Household, device: string): string =>
  compositeKey(programmer, ssoId, device);

/** What the list tells of a device that described itself as X-Device-Info does, or not at all. */
const describe = ({ headers }: SsoCall) => {
  const info = readDeviceInfo(headers['x-device-info']) ?? {};
  const text = (name: string): string => String(info[name] ?? 'Unknown');
  return {
    ...{ deviceType: text('primaryHardwareType'), model: text('model') },
    ...{ os: text('osName'), osVersion: text('osVersion') },
  };
};

/** Notes that the device holds a token for the SSO id, named by itself (`regular`) or by a link code (`sso`). */
export const enrol = (
  { state, clock, changed }: Context,
  household: Household,
  { call, device, type }: { call: SsoCall; device: string; type: SsoDevice['type'] },
): void => {
  const key = keyOf(household, device);
  const known = state.ssoDevices.get(key);
  const lastSeen = clock.now();
  state.ssoDevices.set(key, {
    ...{ ...household, device, lastSeen, ...describe(call) },
    type: known?.type ?? type,
  });
  changed();
};

/** A device that is on the list was seen. */
export const noticeDevice = ({ state, clock, changed }: Context, household: Household, device: string) => {
  const key = keyOf(household, device);
  const known = state.ssoDevices.get(key);
  if (!known) return;
  state.ssoDevices.set(key, { ...known, lastSeen: clock.now() });
  changed();
};

export const devicesOf = ({ state }: Pick<Context, 'state'>, household: Household): SsoDevice[] =>
  [...state.ssoDevices.values()].filter(
    ({ programmer, ssoId }) => programmer === household.programmer && ssoId === household.ssoId,
  );

/** Whether the device was on the list. */
export const dismiss = ({ state }: Pick<Context, 'state'>, household: Household, device: string): boolean =>
  state.ssoDevices.delete(keyOf(household, device));
