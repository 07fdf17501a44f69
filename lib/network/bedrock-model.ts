import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { CONSTRUCT } from '../private/props/cdk-shapes';
import { checkArguments } from '../private/props/check';
import { fromFactory } from '../private/props/from-factory';
import { flag, listOf, optional, struct, text } from '../private/props/shape';
import { profileNeeded } from './profile-only-models';

/** What is accepted of a model. */
export interface BedrockModelOptions {
  /**
   * Accept a model that can search the web by itself. Its search results don't pass the gate, and its queries leave
   * through AWS's own network.
   * @default false
   */
  readonly allowWebSearch?: boolean;
  /**
   * Accept a model in `BedrockModel.foundation()` that needs an inference profile in most regions. Write it only if
   * `aws bedrock get-foundation-model --model-identifier ID --query modelDetails.inferenceTypesSupported` lists `ON_DEMAND`
   * in the stack's region.
   * @default false
   */
  readonly onDemand?: boolean;
}

const OPTIONS = struct<BedrockModelOptions>(
  { allowWebSearch: optional(flag()), onDemand: optional(flag()) },
  '{ allowWebSearch: true }',
);
const MODEL = text('openai.gpt-oss-120b-1:0');
const PROFILE = text('eu.anthropic.claude-sonnet-5-5');
const GLOBAL_PROFILE = text('global.anthropic.claude-sonnet-5-5');
const REGIONS = listOf(text('eu-west-1'), "'eu-west-1', 'eu-central-1'");

/** Prefixes of system-defined inference profiles that keep traffic in a geography. */
const GEOGRAPHIES = ['apac', 'au', 'ca', 'eu', 'jp', 'us', 'us-gov'];

/** Models with a built-in web search tool (Bedrock user guide, "Web grounding"). */
const SEARCHES_THE_WEB = [/^amazon\.nova-premier/, /^amazon\.nova-2-/];

/** Models that answer only through `StartAsyncInvoke`, which writes to S3 with the caller's permissions. */
const ASYNCHRONOUS_ONLY = [/^amazon\.nova-reel/, /^luma\.ray/, /^twelvelabs\.marengo/];

/**
 * PROVIDER.MODEL: `openai.gpt-oss-120b-1:0`. AWS's pattern also takes `claude-sonnet-4.5`, a product's name with its version, which
 * is no model's id. In AWS's tables no provider has a dash, and every model begins with a letter.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
const MODEL_ID = /^[a-z][a-z0-9]*\.[a-z][a-z0-9.:-]*$/;

const LIST_MODELS = '"aws bedrock list-foundation-models" lists the ids of models.';
const LIST_PROFILES = '"aws bedrock list-inference-profiles" lists the ids of profiles.';

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * A model of Amazon Bedrock, called in the stack's region, through a cross-region inference profile, or through a global
 * one. It knows the ARNs that IAM policies and endpoint policies must name.
 *
 * A construct refuses a model whose id or regions are wrong, and names the id and what to write.
 *
 * An administrator must have used a third-party model once in the account: Bedrock then subscribes to it on AWS Marketplace,
 * which the agent's role may not do. Anthropic also wants a form about the use case, once for each account. See "Before the first
 * deployment" in docs/network.md.
 *
 * Source: Bedrock user guide, "Geographic cross-Region inference", "Global cross-Region inference" and "Request access to
 * models": https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
 */
export class BedrockModel {
  /**
   * A model in the stack's own region. Most newer models need an inference profile instead: they are refused, unless
   * `onDemand` says that this region serves them.
   * @param modelId for example `openai.gpt-oss-120b-1:0`
   */
  public static foundation(modelId: string, options: BedrockModelOptions = {}): BedrockModel {
    const given = { modelId: [MODEL, modelId], options: [OPTIONS, options] } as const;
    return fromFactory(BedrockModel, 'BedrockModel.foundation', given, () => {
      if (geographyOf(modelId) !== undefined) {
        throw new Error(
          `"${modelId}" is an inference profile; write BedrockModel.inferenceProfile(id, regions) or BedrockModel.global(id)`,
        );
      }
      const model = new BedrockModel(modelId, modelId, undefined, [], options);
      const problem = options.onDemand ? undefined : profileNeeded(modelId);
      if (problem !== undefined) throw new Error(problem);
      return model;
    });
  }

  /**
   * A model through a cross-region inference profile.
   * @param profileId for example `eu.anthropic.claude-sonnet-5-5`
   * @param regions every region that the profile may route to from the stack's region: all that
   * `aws bedrock get-inference-profile` prints. The stack's own region is added, because Bedrock checks it too.
   */
  public static inferenceProfile(
    profileId: string,
    regions: string[],
    options: BedrockModelOptions = {},
  ): BedrockModel {
    const given = {
      profileId: [PROFILE, profileId],
      regions: [REGIONS, regions],
      options: [OPTIONS, options],
    } as const;
    return fromFactory(BedrockModel, 'BedrockModel.inferenceProfile', given, () => {
      const geography = geographyOf(profileId);
      if (geography === undefined || geography === 'global') {
        throw new Error(
          `"${profileId}" isn't a cross-region inference profile, whose id starts with one of ${GEOGRAPHIES.join(', ')} and a dot; ` +
            `write BedrockModel.foundation(id) or BedrockModel.global(id). ${LIST_PROFILES}`,
        );
      }
      const wrong = regions.find((region) => !REGION.test(region));
      if (regions.length === 0 || wrong !== undefined) {
        throw new Error(
          `${wrong === undefined ? 'no regions' : `"${wrong}" is not a region`}. Calls fail in every region that the policies ` +
            'lack: write all that `aws bedrock get-inference-profile` prints, for example ["eu-west-1", "eu-central-1"]',
        );
      }
      const modelId = profileId.slice(geography.length + 1);
      return new BedrockModel(profileId, modelId, geography, [...new Set(regions)], options);
    });
  }

  /**
   * A model through a global inference profile: any commercial region may answer. In Python it is `global_`.
   * @param profileId for example `global.anthropic.claude-sonnet-5-5`
   */
  public static global(profileId: string, options: BedrockModelOptions = {}): BedrockModel {
    const given = { profileId: [GLOBAL_PROFILE, profileId], options: [OPTIONS, options] } as const;
    return fromFactory(BedrockModel, 'BedrockModel.global', given, () => {
      if (geographyOf(profileId) !== 'global') {
        throw new Error(
          `"${profileId}" isn't a global inference profile, whose id starts with "global."; write for example ` +
            `"global.anthropic.claude-sonnet-5-5". ${LIST_PROFILES}`,
        );
      }
      return new BedrockModel(profileId, profileId.slice('global.'.length), 'global', [], options);
    });
  }

  private constructor(
    /** What callers pass as `modelId`: the id of the model or of the profile. */
    public readonly modelId: string,
    /** The id of the model itself. */
    public readonly foundationModelId: string,
    private readonly geography: string | undefined,
    private readonly regions: string[],
    options: BedrockModelOptions,
  ) {
    if (!MODEL_ID.test(foundationModelId)) {
      throw new Error(
        `"${modelId}" isn't the id of one model, PROVIDER.MODEL; write for example "openai.gpt-oss-120b-1:0". ${LIST_MODELS}`,
      );
    }
    if (SEARCHES_THE_WEB.some((pattern) => pattern.test(foundationModelId)) && !options.allowWebSearch) {
      throw new Error(
        `"${modelId}" can search the web by itself, without the gate; choose another model, or write { allowWebSearch: true }`,
      );
    }
    if (ASYNCHRONOUS_ONLY.some((pattern) => pattern.test(foundationModelId))) {
      throw new Error(
        `"${modelId}" answers only by writing to S3 with the caller's permissions, which an agent doesn't have; choose another model`,
      );
    }
    this.searchesTheWeb = SEARCHES_THE_WEB.some((pattern) => pattern.test(foundationModelId));
  }

  /** Whether the model can search the web by itself. */
  public readonly searchesTheWeb: boolean;

  /** The ARN of the inference profile in the scope's stack, or undefined for a model that is called directly. */
  public profileArn(scope: IConstruct): string | undefined {
    checkArguments('BedrockModel.profileArn()', { scope: [CONSTRUCT, scope] });
    if (this.geography === undefined) return undefined;
    const stack = Stack.of(scope);
    return `arn:${stack.partition}:bedrock:${stack.region}:${stack.account}:inference-profile/${this.modelId}`;
  }

  /**
   * The ARNs of the model itself, one for each region that may answer, and one for the calling region, which Bedrock checks
   * for every profile. For a global profile it also checks an ARN without a region.
   *
   * Source: Bedrock user guide, "IAM policy requirements for Geographic cross-Region inference":
   * https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
   */
  public foundationModelArns(scope: IConstruct): string[] {
    checkArguments('BedrockModel.foundationModelArns()', { scope: [CONSTRUCT, scope] });
    const stack = Stack.of(scope);
    const elsewhere = this.geography === 'global' ? [''] : this.regions;
    return [...new Set([stack.region, ...elsewhere])].map(
      (region) => `arn:${stack.partition}:bedrock:${region}::foundation-model/${this.foundationModelId}`,
    );
  }

  /** All ARNs that a policy must name to allow invoking the model. */
  public resourceArns(scope: IConstruct): string[] {
    checkArguments('BedrockModel.resourceArns()', { scope: [CONSTRUCT, scope] });
    const profile = this.profileArn(scope);
    return [...(profile === undefined ? [] : [profile]), ...this.foundationModelArns(scope)];
  }

  /** The id that callers pass. */
  public toString(): string {
    return this.modelId;
  }
}

function geographyOf(modelId: string): string | undefined {
  const prefix = modelId.slice(0, modelId.indexOf('.'));
  return prefix === 'global' || GEOGRAPHIES.includes(prefix) ? prefix : undefined;
}
