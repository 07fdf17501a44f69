import {
  anything,
  aResource,
  between,
  each,
  type Judge,
  members,
  off,
  oneOf,
  optional,
  type Shape,
  text,
} from './shape';

const LATER_RUNTIMES = /^nodejs(2[2-9]|[3-9]\d)\.x$/;

const LOGGING = members({
  LogGroup: aResource('AWS::Logs::LogGroup'),
  LogFormat: anything,
  // What a part decided is told at INFO, and its metrics are lines of the log too.
  ApplicationLogLevel: optional(oneOf('TRACE', 'DEBUG', 'INFO')),
  SystemLogLevel: anything,
});

/** Each part writes into a log of its own. The functions of AWS CDK have the log that Lambda makes. */
const logging: Judge = (value, subject) =>
  value === undefined && subject.parts.ofWorkload(subject.resource)?.kind === 'AWS CDK'
    ? undefined
    : LOGGING(value, subject);

/** A function of the runtime. Its code, its layers and its role are judged apart, and so are its variables. */
export const FUNCTION_SHAPE: Shape = {
  Architectures: optional(each(oneOf('arm64', 'x86_64'))),
  Code: anything,
  CodeSigningConfigArn: anything,
  Description: anything,
  Environment: anything,
  EphemeralStorage: anything,
  FunctionName: anything,
  Handler: oneOf('index.handler', '__entrypoint__.handler'),
  KmsKeyArn: optional(aResource('AWS::KMS::Key')),
  Layers: anything,
  LoggingConfig: logging,
  MemorySize: anything,
  PackageType: optional(oneOf('Zip')),
  RecursiveLoop: optional(oneOf('Terminate')),
  // With 0, it never runs.
  ReservedConcurrentExecutions: optional(between(1, Number.MAX_SAFE_INTEGER)),
  Role: anything,
  Runtime: text(LATER_RUNTIMES, 'a runtime of Node.js that gets patches'),
  RuntimeManagementConfig: optional(members({ UpdateRuntimeOn: oneOf('Auto', 'FunctionUpdate') })),
  Tags: anything,
  // What is ended before it is done leaves entries unsealed, and sessions open.
  Timeout: between(10, 900),
  TracingConfig: optional(members({ Mode: oneOf('Active', 'PassThrough') })),
  VpcConfig: optional(members({ SecurityGroupIds: anything, SubnetIds: anything, Ipv6AllowedForDualStack: off })),
};
