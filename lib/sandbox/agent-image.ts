import { Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { imageRegionProblem } from '../network/image-repository';
import { REPOSITORY } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { textOrToken } from '../private/props/shape';

/** The agent's container image, by digest. A tag could point to another image later. */
export class AgentImage {
  /**
   * An image in a private ECR repository. A runtime refuses an image whose digest has another form.
   * @param digest `sha256:` and 64 hexadecimal digits
   */
  public static fromEcrDigest(repository: ecr.IRepository, digest: string): AgentImage {
    const given = { repository: [REPOSITORY, repository], digest: [textOrToken('sha256:…'), digest] } as const;
    return fromFactory(AgentImage, 'AgentImage.fromEcrDigest', given, () => {
      if (!Token.isUnresolved(digest) && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
        throw new Error(`"${digest}" is not a digest; write sha256:… as printed by "aws ecr describe-images"`);
      }
      return new AgentImage(repository, digest);
    });
  }

  /** @internal */
  public readonly _image: ecs.ContainerImage;

  private constructor(
    /** The repository that holds the image. */
    public readonly repository: ecr.IRepository,
    /** The image's digest. */
    public readonly digest: string,
  ) {
    this._image = new ImageByDigest(repository, digest);
  }

  /** Why a task in the scope's region can't pull the image; undefined when it can, or when a region isn't known. @internal */
  public _regionProblem(scope: Construct): string | undefined {
    return imageRegionProblem(scope, this.repository.env.region);
  }
}

/** `ecs.ContainerImage.fromEcrRepository` takes a digest that is known only at deployment for a tag. */
class ImageByDigest extends ecs.ContainerImage {
  constructor(
    private readonly repository: ecr.IRepository,
    private readonly digest: string,
  ) {
    super();
  }

  public bind(_scope: Construct, container: ecs.ContainerDefinition): ecs.ContainerImageConfig {
    this.repository.grantPull(container.taskDefinition.obtainExecutionRole());
    return { imageName: this.repository.repositoryUriForDigest(this.digest) };
  }
}
