import type * as iam from 'aws-cdk-lib/aws-iam';
import type { InputValue, AwsOperation as OperationConfig } from '../../../runtime/core/aws-operation';
import type { EffectName } from '../../../runtime/core/contracts';
import type { EndpointService } from '../../network/endpoint-service';

/** Where a resource is. @internal */
export interface Place {
  /** For errors: the construct's path, or the ARN. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

/** What a role may do on an operation's resource. @internal */
export interface OperationRight {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: iam.Conditions;
}

/** An argument that an operation takes. @internal */
export interface OperationArgument {
  readonly name: string;
  /** Whether every call must have it. */
  readonly required: boolean;
  /** The types that its schema may have. @default - any */
  readonly types?: readonly string[];
}

/** What a role needs for an operation, on the network and in its policy. @internal */
export interface OperationAccess {
  readonly place: Place;
  readonly service: EndpointService;
  /** What the executor itself asks of the service. */
  readonly right: OperationRight;
  /** What the service asks of the resource's key, in the role's name. */
  readonly keyRight?: OperationRight;
  /** The state machine that it starts. */
  readonly starts?: string;
}

type Without<Config> = Config extends OperationConfig ? Omit<Config, 'resourceVariable'> : never;

/** @internal */
export interface MadeOperation {
  readonly config: Without<OperationConfig>;
  /** What the executor's variable for it holds. */
  readonly resourceName: string;
  readonly access: OperationAccess;
  readonly arguments: readonly OperationArgument[];
  /** The least that it does, whatever the tool declares. */
  readonly leastEffect: EffectName;
  /** Arguments that are addresses of people, and so must be targets. */
  readonly recipients?: readonly string[];
}

/** @internal */
export type Input = { readonly [member: string]: InputValue };

/** @internal */
export const argument = (name: string): InputValue => ({ is: 'argument', name });
/** @internal */
export const constant = (value: string | number | boolean): InputValue => ({ is: 'constant', value });
/** @internal */
export const object = (members: Input): InputValue => ({ is: 'object', members });
/** @internal */
export const list = (...items: InputValue[]): InputValue => ({ is: 'list', items });
/** @internal */
export const CALL: InputValue = { is: 'call' };
/** @internal */
export const REQUEST_ID: InputValue = { is: 'requestId' };
/** @internal */
export const SESSION_ID: InputValue = { is: 'sessionId' };
/** @internal */
export const RESOURCE: InputValue = { is: 'resource' };

/** An argument of type text. @internal */
export const textArgument = (name: string, required = true): OperationArgument => ({
  name,
  required,
  types: ['string'],
});

/**
 * The use of a resource's key by its service, for that resource only.
 *
 * Source: AWS KMS Developer Guide, "Encryption context" and "kms:ViaService"; of each service "encryption context".
 * @internal
 */
export function keyRight(
  sid: string,
  key: { readonly keyArn: string } | undefined,
  use: {
    readonly actions: string[];
    readonly service: string;
    readonly region: string;
    /** Name of the member of the encryption context. */
    readonly context: string;
    readonly values: string[];
  },
): { readonly keyRight?: OperationRight } {
  if (key === undefined) return {};
  const context = { [`kms:EncryptionContext:${use.context}`]: use.values.length === 1 ? use.values[0] : use.values };
  const via = { 'kms:ViaService': `${use.service}.${use.region}.amazonaws.com` };
  const isPattern = use.values.some((value) => value.includes('*'));
  return {
    keyRight: {
      sid,
      actions: use.actions,
      resources: [key.keyArn],
      conditions: isPattern ? { StringEquals: via, StringLike: context } : { StringEquals: { ...via, ...context } },
    },
  };
}
