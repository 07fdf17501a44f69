export { describeChanges, type EmulatorChange } from './change';
export type { EmulatorClientConfig, EmulatorCredentials } from './client-config';
export {
  type Deployment,
  type DeployOptions,
  type Emulator,
  type StackOutputs,
  type StartEmulatorOptions,
  startEmulator,
} from './start-emulator';
export { makeTlsAuthority, type TlsAuthority } from './tls-authority';
