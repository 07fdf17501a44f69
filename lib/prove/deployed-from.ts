import { describe, memberOf, piecesOf, type Resource, textOf, type Value } from '../template';
import type { KnownAction } from '../template/iam/actions';
import type { Spelling } from '../template/iam/arn';
import { matchText } from '../template/iam/pattern';
import type { RuntimeParts } from './runtime-parts';

/** Something that a role outside the runtime may not change. */
export interface Kept {
  readonly what: string;
  /** Whether an action on it changes the runtime. */
  readonly isChangedBy: (action: KnownAction) => boolean;
}

/** `network-firewall:UpdateRuleGroup` is of the service that CloudFormation calls NetworkFirewall. */
export function serviceOf(action: string): string {
  return (action.split(':')[0] ?? '').replaceAll('-', '').toLowerCase();
}

/** Says which resources wait, or that the deployment goes on as it was told. */
const TELLS_STACK = /:(signalresource|recordhandlerprogress|detectstack\w*|validatetemplate|estimatetemplatecost)$/i;

/** Roles of `cdk bootstrap` with which whoever has them deploys, or writes what is deployed. */
const BOOTSTRAPPED = /:role\/([^:]*\/)?cdk-[a-z0-9]+-(deploy|cfn-exec|file-publishing|image-publishing)-role-/;

/** What the next deployment of the runtime is made of: its stacks, the code of its functions, and the roles that deploy. */
export class DeployedFrom {
  private readonly stacks: ReadonlySet<string>;
  private readonly codes: readonly (readonly [arn: Value, label: string])[];

  constructor(
    parts: RuntimeParts,
    private readonly spelling: Spelling,
  ) {
    const workloads = [...parts.workloads];
    this.stacks = new Set(workloads.map(([{ template }]) => nameOfStack(template)));
    this.codes = workloads.flatMap(([workload, { label }]) =>
      workload.property('Code').flatMap(({ value }): (readonly [Value, string])[] => {
        const [bucket, key] = ['S3Bucket', 'S3Key'].map((member) => piecesOf(memberOf(value, member)));
        return bucket === undefined || key === undefined
          ? []
          : [[''], ['/', ...key]].map((end) => [spelling.of(textOf(['arn:aws:s3:::', ...bucket, ...end])), label]);
      }),
    );
  }

  public keptAt(pattern: Value, holder: Resource): Kept[] {
    return [...this.stackAt(pattern, holder), ...this.codeAt(pattern), ...bootstrappedAt(pattern)];
  }

  private stackAt(pattern: Value, { template }: Resource): Kept[] {
    const own = nameOfStack(template);
    const text = describe(pattern)
      .replace(/\$\{AWS::StackId[^}]*\}/, `:cloudformation:::stack/${own}/`)
      .replace(/\$\{AWS::StackName[^}]*\}/, own);
    const name = /:cloudformation:.*:stack\/([^/]*)/.exec(text)?.[1];
    const stack = [...this.stacks].find((each) => name !== undefined && matchText(name, each) === 'true');
    if (stack === undefined) return [];
    const isChangedBy = ({ name: action }: KnownAction): boolean =>
      serviceOf(action) === 'cloudformation' && !TELLS_STACK.test(action);
    return [{ what: `${stack}, a stack with the runtime`, isChangedBy }];
  }

  private codeAt(pattern: Value): Kept[] {
    const named = this.spelling.of(pattern);
    if (named === '*') return [];
    const found = this.codes.find(([arn]) => matchText(named, arn) === 'true');
    return found === undefined
      ? []
      : [{ what: `the code of the ${found[1]}`, isChangedBy: ({ name }) => /^s3:(put|replicate|restore)/i.test(name) }];
  }
}

function nameOfStack({ source, name }: Resource['template']): string {
  return source.stackName ?? name;
}

function bootstrappedAt(pattern: Value): Kept[] {
  const [found] = BOOTSTRAPPED.exec(describe(pattern)) ?? [];
  return found === undefined
    ? []
    : [
        {
          what: 'a role with which AWS CDK deploys',
          isChangedBy: ({ name }) => /^(sts:assumerole|iam:passrole)$/i.test(name),
        },
      ];
}
