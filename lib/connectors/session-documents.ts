import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { documentInputSchema } from '../../runtime/core/contracts';
import { EndpointService } from '../network/endpoint-service';
import type { PrivateFunction } from '../private/private-function';
import { BUCKET } from '../private/props/cdk-shapes';
import { checkConstruct } from '../private/props/check';
import { optional, struct, text } from '../private/props/shape';
import { Connector, type ConnectorOptions, type Tool } from './connector';
import { Effect } from './effect';
import { InputSchema } from './input-schema';
import { checkedPrefix, objectKeyRight } from './operations/s3-operations';
import { CONNECTOR_OPTIONS } from './tool-shapes';

/** Properties of `SessionDocuments`. */
export interface SessionDocumentsProps extends ConnectorOptions {
  /** The bucket, of the runtime's account and region. It must be versioned: a session reads the version that was there at its launch. */
  readonly bucket: s3.IBucket;
  /** Only objects under this prefix can be given to a session. Ends with `/`. */
  readonly prefix: string;
  /**
   * The name that the model calls the tool by.
   * @default 'get_document'
   */
  readonly toolName?: string;
}

const PROPS = struct<SessionDocumentsProps>(
  { ...CONNECTOR_OPTIONS, bucket: BUCKET, prefix: text('cases/'), toolName: optional(text('get_document')) },
  "{ bucket, prefix: 'cases/' }",
);

/** The executor's variable that holds the bucket's name. */
const BUCKET_VARIABLE = 'RESOURCE_1';

/**
 * Documents in S3 that an application gives a session by name when it launches it: text of up to 1 MiB each. The agent reads
 * them through the gate, with one tool, and can name no other object. Pass it to the runtime with the connectors, allow its
 * `tool`, and name documents at the launch: see docs/launching.md.
 *
 * Unless they are `trusted`, reading one taints the session.
 */
export class SessionDocuments extends Connector {
  /** Reads a document of the session. Grant it with `agent.allow`. */
  public readonly tool: Tool;
  /** @internal */
  public readonly _bucket: s3.IBucket;
  /** @internal */
  public readonly _prefix: string;

  /**
   * @throws Error when a prop has a wrong type or is unknown, the prefix holds a wildcard or doesn't end with `/`, or the bucket
   * isn't versioned or is of another account or region
   */
  constructor(scope: Construct, id: string, props: SessionDocumentsProps) {
    checkConstruct(SessionDocuments, scope, id, props, PROPS);
    super(scope, id, props, 'executor-aws');
    const problem = prefixProblem(props.prefix) ?? bucketProblem(this, props.bucket);
    if (problem !== undefined) throw new Error(`${this.node.path}: ${problem}`);
    this._bucket = props.bucket;
    this._prefix = props.prefix;
    this.tool = this._addTool(
      props.toolName ?? 'get_document',
      {
        description:
          'Read a document of this session by its name, as get_task lists it. A long document has several parts: the result says how many, and part says which.',
        input: InputSchema.fromString(JSON.stringify(documentInputSchema)),
        effect: Effect.READ,
      },
      { aws: { operation: 's3:GetObjectVersion', resourceVariable: BUCKET_VARIABLE, keyPrefix: props.prefix } },
    );
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    const objects = this._bucket.arnForObjects(`${this._prefix}*`);
    // The version that was there at the launch, and so not s3:GetObject: that reads the newest one.
    const actions = ['s3:GetObjectVersion'];
    executor.function.addEnvironment(BUCKET_VARIABLE, this._bucket.bucketName);
    executor.role.addToPolicy(new iam.PolicyStatement({ sid: 'ReadDocuments', actions, resources: [objects] }));
    const { keyRight } = objectKeyRight('DecryptDocuments', 'kms:Decrypt', this._bucket, this._prefix);
    if (keyRight) executor.role.addToPolicy(new iam.PolicyStatement(keyRight));
    this._raiseBoundary(actions);
    executor.reach(EndpointService.S3, actions, [objects]);
  }
}

function prefixProblem(prefix: string): string | undefined {
  try {
    checkedPrefix(prefix);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What isn't known counts as right: a launch refuses an object without a version. */
function bucketProblem(documents: Construct, bucket: s3.IBucket): string | undefined {
  const here = Stack.of(documents);
  const differs = (a: string, b: string) => Token.compareStrings(a, b) === TokenComparison.DIFFERENT;
  if (differs(bucket.env.region, here.region) || differs(bucket.env.account, here.account)) {
    return `the bucket ${bucket.node.path} is in another account or region; use one of ${here.account} in ${here.region}`;
  }
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof s3.CfnBucket) || isVersioned(resource.versioningConfiguration)) return undefined;
  return `the bucket ${bucket.node.path} isn't versioned, so a document could change while a session reads it; create it with versioned: true`;
}

function isVersioned(configuration: s3.CfnBucket['versioningConfiguration']): boolean {
  return configuration !== undefined && (!('status' in configuration) || configuration.status === 'Enabled');
}
