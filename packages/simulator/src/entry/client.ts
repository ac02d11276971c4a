export { type Control, createControl } from '#src/client/control';
export { demoDevices } from '#src/client/demo-devices';
export { type AppFacts, createDevice, type Device, type DeviceFacts } from '#src/client/device';
export { type ApiAnswer, type ApiRequest, request } from '#src/client/request';
export {
  approveDevice,
  logInOnMvpdPage,
  type ProviderName,
  signInAtMvpd,
  signInOnPhone,
  signInOnTv,
  signInWith,
} from '#src/client/sign-in';
