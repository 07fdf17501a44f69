import { Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ARCHITECTURE, FUNCTION, FUNCTION_CODE, REPOSITORY, RUNTIME } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { mapOf, number, optional, struct, text, textOrToken } from '../private/props/shape';

/** How a function of a `LambdaConnector` runs. */
export interface FunctionSize {
  /**
   * Its memory in MiB, 128 to 10,240.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * The processor that it runs on.
   * @default Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;
  /**
   * Its environment variables. Never a secret: who may read the function's configuration reads them.
   * @default - none
   */
  readonly environment?: { readonly [name: string]: string };
}

/** The code of a function that a `LambdaConnector` makes. */
export interface FunctionCodeOptions extends FunctionSize {
  /** The code, such as `lambda.Code.fromAsset('functions/billing')`. */
  readonly code: lambda.Code;
  /** The runtime that it is written for. */
  readonly runtime: lambda.Runtime;
  /**
   * The function in the code.
   * @default 'index.handler'
   */
  readonly handler?: string;
}

/** The image of a function that a `LambdaConnector` makes. */
export interface FunctionImageOptions extends FunctionSize {
  /** The repository, of the same region. */
  readonly repository: ecr.IRepository;
  /** `sha256:` and 64 hexadecimal digits. A tag could point to another image later. */
  readonly digest: string;
}

const SIZE = {
  memorySize: optional(number(512)),
  architecture: optional(ARCHITECTURE),
  environment: optional(mapOf(textOrToken('eu-west-1'), "{ MODE: 'strict' }")),
};
const CODE_OPTIONS = struct<FunctionCodeOptions>(
  { ...SIZE, code: FUNCTION_CODE, runtime: RUNTIME, handler: optional(text('index.handler')) },
  "{ code: lambda.Code.fromAsset('functions/billing'), runtime: lambda.Runtime.NODEJS_22_X }",
);
const IMAGE_OPTIONS = struct<FunctionImageOptions>(
  { ...SIZE, repository: REPOSITORY, digest: textOrToken('sha256:…') },
  "{ repository, digest: 'sha256:…' }",
);

/** A function that is made for a connector. @internal */
export interface MadeFunction {
  readonly code: lambda.Code;
  readonly runtime: lambda.Runtime;
  readonly handler: string;
  readonly memorySize: number;
  readonly architecture: lambda.Architecture;
  readonly environment: { readonly [name: string]: string };
}

/** The function behind a `LambdaConnector`: the team's own, or one that the connector makes. */
export class ConnectorFunction {
  /**
   * A function of the team, of the same account and region. Its role, its network and its resource policy stay as they are, so
   * others may be allowed to call it, too.
   * @param handler a function is called at its newest code (`$LATEST`); a version or an alias is called as what it is
   */
  public static existing(handler: lambda.IFunction): ConnectorFunction {
    return fromFactory(ConnectorFunction, 'ConnectorFunction.existing', { handler: [FUNCTION, handler] }, () => {
      return new ConnectorFunction(handler, undefined);
    });
  }

  /**
   * A function with a role of its own that may write its log, in the runtime's network, where it reaches nothing. `allow` of the
   * connector gives it more. Only the connector can call it. The connector refuses a memory size that Lambda doesn't have.
   */
  public static fromCode(options: FunctionCodeOptions): ConnectorFunction {
    return fromFactory(ConnectorFunction, 'ConnectorFunction.fromCode', { options: [CODE_OPTIONS, options] }, () => {
      const { code, runtime, handler = 'index.handler' } = options;
      return new ConnectorFunction(undefined, { code, runtime, handler, ...sizeOf(options) });
    });
  }

  /** The same from a container image, by its digest. The connector refuses a digest of another form. */
  public static fromImage(options: FunctionImageOptions): ConnectorFunction {
    return fromFactory(ConnectorFunction, 'ConnectorFunction.fromImage', { options: [IMAGE_OPTIONS, options] }, () => {
      const { repository, digest } = options;
      if (!Token.isUnresolved(digest) && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
        throw new Error(`"${digest}" is not a digest; write sha256:… as printed by "aws ecr describe-images"`);
      }
      const code = lambda.Code.fromEcrImage(repository, { tagOrDigest: digest });
      const [runtime, handler] = [lambda.Runtime.FROM_IMAGE, lambda.Handler.FROM_IMAGE];
      return new ConnectorFunction(undefined, { code, runtime, handler, ...sizeOf(options) });
    });
  }

  private constructor(
    /** @internal */
    public readonly _existing: lambda.IFunction | undefined,
    /** @internal */
    public readonly _made: MadeFunction | undefined,
  ) {}
}

function sizeOf(size: FunctionSize): Pick<MadeFunction, 'memorySize' | 'architecture' | 'environment'> {
  const { memorySize = 512, architecture = lambda.Architecture.ARM_64, environment = {} } = size;
  if (!Number.isInteger(memorySize) || memorySize < 128 || memorySize > 10_240) {
    throw new Error(`memorySize is ${memorySize}; write a whole number of MiB from 128 to 10240`);
  }
  return { memorySize, architecture, environment };
}
