export { describeChanges, type EmulatorChange } from './change';
export {
  type Deployment,
  type DeployOptions,
  type Emulator,
  type EmulatorClientConfig,
  type EmulatorCredentials,
  type StackOutputs,
  type StartEmulatorOptions,
  startEmulator,
} from './start-emulator';
export { makeTlsAuthority, type TlsAuthority } from './tls-authority';
