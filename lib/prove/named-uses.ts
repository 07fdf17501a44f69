import {
  type Assembly,
  describe,
  keyOf,
  piecesOf,
  Reference,
  type Resource,
  type TextPiece,
  textOf,
  type Value,
} from '../template';
import { arnOf, type Spelling } from '../template/iam/arn';
import { identityPoliciesOf } from '../template/iam/collect';
import { type Statement, statementsOf } from '../template/iam/policy';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import type { Names } from './names';
import { type Need, textWithAny } from './need';
import { type UsedResource, usedResource } from './part-resources';
import type { Right } from './rights';

/** A system-defined inference profile: the prefix of its geography, and the model's id. */
const PROFILE = /:inference-profile\/(global|us-gov|[a-z]{2,5})\.([^.]+\..+)$/;

/** A use that a policy names: the action, the resource, and what the request sends. */
export type NamedUse = Pick<Need, 'action' | 'what' | 'on' | 'sends'>;

/** Allowing statements of the endpoints' policies, by the role that they name. */
export class EndpointStatements {
  private readonly byRole = new Map<string, Statement[]>();

  constructor(
    assembly: Assembly,
    private readonly spelling: Spelling,
  ) {
    const policies = assembly
      .ofType('AWS::EC2::VPCEndpoint')
      .flatMap((endpoint) => resourcePolicyOf(assembly, endpoint) ?? []);
    for (const statement of policies.flatMap(statementsOf)) {
      if (statement.effect !== 'Allow') continue;
      for (const { key, values } of statement.conditions) {
        if (key.toLowerCase() !== 'aws:principalarn') continue;
        for (const value of values) {
          const role = keyOf(spelling.of(value));
          this.byRole.set(role, [...(this.byRole.get(role) ?? []), statement]);
        }
      }
    }
  }

  public naming(role: Resource): readonly Statement[] {
    return this.byRole.get(keyOf(this.spelling.of(arnOf(role)))) ?? [];
  }
}

/**
 * Uses that only policies name: models, guardrails, and the operations of an AWS connector, whose configuration is an asset.
 * What the role's policies name, the endpoints' policies must name too, and the other way round.
 */
export class NamedUses {
  private readonly own: readonly Statement[];
  private readonly ofEndpoints: readonly Statement[];

  constructor(
    private readonly assembly: Assembly,
    private readonly spelling: Spelling,
    private readonly names: Names,
    ofEndpoints: EndpointStatements,
    role: Resource,
  ) {
    this.own = identityPoliciesOf(assembly)
      .ofResource(role)
      .policies.flatMap(({ policy }) => statementsOf(policy))
      .filter(({ effect }) => effect === 'Allow');
    this.ofEndpoints = ofEndpoints.naming(role);
  }

  /**
   * The uses of a right.
   * @param isWhole whether a statement with one of the right's actions is about all of them
   */
  public of(right: Right, isWhole: boolean): NamedUse[] {
    const found = new Map<string, NamedUse>();
    for (const statement of [...this.own, ...this.ofEndpoints]) {
      const named = right.actions.filter((action) => hasAction(statement, action));
      const actions = isWhole && named.length > 0 ? right.actions : named;
      const sends = this.own.includes(statement) ? this.sentFor(statement) : {};
      for (const pattern of this.patternsOf(right, statement)) {
        for (const action of actions) {
          const use = { action, what: this.nameOf(pattern), on: this.resourceOf(pattern), sends };
          const key = `${action} ${keyOf(use.on.arn)}`;
          if (!found.has(key)) found.set(key, use);
        }
      }
    }
    return [...found.values()];
  }

  /**
   * The models behind the inference profiles among some uses. Bedrock checks a profile's model in the region of the call, and for
   * a global profile also without a region. In which other regions it answers, only the policies tell.
   *
   * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html,
   * https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
   */
  public modelsBehind(uses: readonly NamedUse[], region: TextPiece): NamedUse[] {
    return uses.flatMap(({ action, on, sends }) => {
      const [, geography, model] = PROFILE.exec(describe(on.arn)) ?? [];
      if (geography === undefined || model === undefined) return [];
      const regions: TextPiece[] = geography === 'global' ? [region, ''] : [region];
      return regions.map((each) => {
        const arn = textOf(['arn:aws:bedrock:', each, `::foundation-model/${model}`]);
        return {
          action,
          what: describe(arn),
          on: { arn, name: '' },
          sends: { ...sends, 'bedrock:InferenceProfileArn': on.arn },
        };
      });
    });
  }

  /** Application inference profiles among some uses behind which no policy names a model. Their ids don't tell the model. */
  public withoutModel(uses: readonly NamedUse[]): string[] {
    const profiles = uses.filter(({ on }) => /:application-inference-profile\//.test(describe(on.arn)));
    const isModel = /:foundation-model\//;
    const behind = this.own
      .filter(({ resource }) => resource?.patterns.some((pattern) => isModel.test(describe(pattern))))
      .map(({ conditions }) =>
        conditions
          .filter(({ key }) => key.toLowerCase() === 'bedrock:inferenceprofilearn')
          .flatMap(({ values }) => values.map((value) => keyOf(textWithAny(this.spelling.of(value))))),
      );
    return profiles
      .filter(({ on }) => !behind.some((named) => named.length === 0 || named.includes(keyOf(on.arn))))
      .map(({ what }) => what);
  }

  /** A call that names a guardrail also applies it. */
  public guardrails(): NamedUse[] {
    return this.own
      .flatMap(({ conditions }) => conditions)
      .filter(({ key }) => key === 'bedrock:GuardrailIdentifier')
      .flatMap(({ values }) => values)
      .map((value) => {
        const arn = withoutVersion(this.spelling.of(value));
        return { action: 'bedrock:ApplyGuardrail', what: describe(arn), on: { arn, name: '' }, sends: {} };
      });
  }

  private patternsOf({ on }: Right, { resource }: Statement): Value[] {
    if (resource === undefined || resource.negated) return [];
    return resource.patterns.filter((pattern) =>
      this.names.of(pattern).some((reading) => (typeof on === 'string' ? on === reading : on.test(reading))),
    );
  }

  /** `own resource support/*` */
  private nameOf(pattern: Value): string {
    const [reading = describe(pattern)] = this.names.of(pattern);
    return reading.replace(/^\{([^}]+)\}\/?/, '$1 ').trimEnd();
  }

  private resourceOf(pattern: Value): UsedResource {
    const arn = textWithAny(this.spelling.of(pattern));
    const pieces = piecesOf(pattern) ?? [];
    const resource = this.assembly.find(pieces.find((piece) => piece instanceof Reference && !piece.isPseudo));
    if (resource !== undefined) return { ...usedResource(resource), arn };
    const [, bucket, table] = /:s3:::([^/*?]+)|:table\/([^/*?]+)/.exec(pieces.map(String).join('')) ?? [];
    return { arn, name: bucket ?? table ?? '' };
  }

  /** What a request sends that fulfills a statement's own conditions. */
  private sentFor({ conditions }: Statement): Need['sends'] {
    return Object.fromEntries(
      conditions.flatMap(({ operator, key, values: [first] }): [string, Value][] =>
        /^(String|Arn)(Equals|Like)$/.test(operator) && first !== undefined
          ? [[key, textWithAny(this.spelling.of(first))]]
          : [],
      ),
    );
  }
}

function hasAction({ action }: Statement, wanted: string): boolean {
  return !action.negated && action.patterns.some((each) => describe(each).toLowerCase() === wanted.toLowerCase());
}

/** A guardrail's ARN without the version that follows it. */
function withoutVersion(value: Value): Value {
  const pieces = piecesOf(value) ?? [];
  const last = pieces.at(-1);
  if (typeof last === 'string') {
    return textOf([...pieces.slice(0, -1), last.replace(/(:guardrail\/[^:]+|^):[^:/]+$/, '$1')]);
  }
  return pieces.at(-2) === ':' ? textOf(pieces.slice(0, -2)) : value;
}
