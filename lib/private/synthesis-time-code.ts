import * as fs from 'node:fs';
import * as path from 'node:path';
import { FileSystem, Lazy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { bundlePath } from './bundle-path';

/** In place of a bucket and a key, in a template that is never written. */
const WITHHELD = 'withheld';

/**
 * A prebuilt bundle with a file beside it that is known only when the whole app is: tools and policies are added after
 * the function was made.
 * @internal
 */
export class SynthesisTimeCode extends lambda.Code {
  public readonly isInline = false;
  private asset?: assets.Asset;
  private withheld = false;

  constructor(private readonly bundle: string) {
    super();
  }

  public bind(): lambda.CodeConfig {
    return {
      s3Location: {
        bucketName: Lazy.string({ produce: () => this.staged()?.s3BucketName ?? WITHHELD }),
        objectKey: Lazy.string({ produce: () => this.staged()?.s3ObjectKey ?? WITHHELD }),
      },
    };
  }

  /** Copies the bundle with its file and makes the asset. Called once, before the template is written. */
  public stage(scope: Construct, file: string, content: unknown): void {
    if (this.asset) return;
    const directory = FileSystem.mkdtemp('hardened-agent-');
    fs.cpSync(bundlePath(this.bundle), directory, { recursive: true });
    fs.writeFileSync(path.join(directory, file), JSON.stringify(content));
    this.asset = new assets.Asset(scope, `Code-${this.bundle}`, { path: directory });
  }

  /**
   * Says that nothing will be staged because validation will fail. References are resolved before validation, so an
   * error of ours here would hide the reason.
   */
  public withhold(): void {
    this.withheld = true;
  }

  private staged(): assets.Asset | undefined {
    if (!this.asset && !this.withheld)
      throw new Error(`The bundle ${this.bundle} was never staged: the app was not synthesized whole.`);
    return this.asset;
  }
}
