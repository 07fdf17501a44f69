import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { REPOSITORY } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { textOrToken } from '../private/props/shape';

/**
 * The container image of a code sandbox, by digest: interpreters and packages, with this library's handler. Build it from
 * the Dockerfile of the package, see docs/code-sandbox.md.
 */
export class CodeSandboxImage {
  /**
   * An image in a private ECR repository of the sandbox's region. Lambda must be allowed to pull it: in a repository of this app
   * the sandbox adds that to the repository's policy.
   * @param digest `sha256:` and 64 hexadecimal digits
   */
  public static fromEcrDigest(repository: ecr.IRepository, digest: string): CodeSandboxImage {
    const given = { repository: [REPOSITORY, repository], digest: [textOrToken('sha256:…'), digest] } as const;
    return fromFactory(CodeSandboxImage, 'CodeSandboxImage.fromEcrDigest', given, () => {
      if (!Token.isUnresolved(digest) && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
        throw new Error(`"${digest}" is not a digest; write sha256:… as printed by "aws ecr describe-images"`);
      }
      return new CodeSandboxImage(repository, digest);
    });
  }

  private constructor(
    /** The repository that holds the image. */
    public readonly repository: ecr.IRepository,
    /** The image's digest. */
    public readonly digest: string,
  ) {}

  /** Why a function in the scope's region can't run the image; undefined when it can, or when a region isn't known. @internal */
  public _regionProblem(scope: Construct): string | undefined {
    const [here, there] = [Stack.of(scope).region, this.repository.env.region];
    if (Token.isUnresolved(here) || Token.isUnresolved(there) || here === there) return undefined;
    return `the image's repository is in ${there}, and Lambda pulls from ${here} only; replicate the image there, and write that repository`;
  }

  /** @internal */
  public _codeFor(scope: Construct): lambda.Code {
    this.repository.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LambdaPullsCodeSandbox',
        principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
        actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        conditions: {
          // Source: Lambda Developer Guide, "Amazon ECR permissions". The function's own ARN would be a dependency cycle.
          ArnLike: {
            'aws:SourceArn': Stack.of(scope).formatArn({
              service: 'lambda',
              resource: 'function',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    return new ImageByDigest(this.repository.repositoryUriForDigest(this.digest));
  }
}

/** `lambda.Code.fromEcrImage` would let Lambda pull for any account. */
class ImageByDigest extends lambda.Code {
  public readonly isInline = false;

  constructor(private readonly imageUri: string) {
    super();
  }

  public bind(): lambda.CodeConfig {
    return { image: { imageUri: this.imageUri } };
  }
}
