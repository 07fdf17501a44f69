import * as fs from 'node:fs';
import * as path from 'node:path';
import { Lazy, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { copyBundle } from './bundle-path';

/** Stands for a bucket and a key in a template that is never written. */
const WITHHELD = 'withheld';

/**
 * A prebuilt bundle, with a file added whose content is known only when the app is complete: tools and policies can be
 * added after the function is created.
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

  /** Copies the bundle, adds the file and creates the asset. Called once, before the template is written. */
  public stage(scope: Construct, file: string, content: unknown): void {
    if (this.asset) return;
    const directory = fs.mkdtempSync(path.join(outdirOf(scope), 'hardened-agent-'));
    try {
      copyBundle(this.bundle, directory);
      fs.writeFileSync(path.join(directory, file), JSON.stringify(content));
      this.asset = new assets.Asset(scope, `Code-${this.bundle}`, { path: directory });
    } finally {
      // The asset was copied when it was created, unless the app switched that off. Then it stays where it is, in cdk.out.
      if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT))
        fs.rmSync(directory, { recursive: true, force: true });
    }
  }

  /**
   * Nothing will be staged, because validation will fail. References are resolved before validation, so an error here would
   * hide the reason.
   */
  public withhold(): void {
    this.withheld = true;
  }

  private staged(): assets.Asset | undefined {
    if (!this.asset && !this.withheld)
      throw new Error(
        `The bundle ${this.bundle} was not staged, because only a part of the app was synthesized; call app.synth()`,
      );
    return this.asset;
  }
}

export function outdirOf(scope: Construct): string {
  const outdir = Stage.of(scope)?.assetOutdir;
  if (outdir === undefined) throw new Error(`${scope.node.path} isn't in an App or a Stage. Put its stack into one.`);
  return outdir;
}
