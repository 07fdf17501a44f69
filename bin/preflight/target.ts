import {
  Assembly,
  listOf,
  piecesOf,
  Reference,
  type Resource,
  type TemplateSource,
  Unresolved,
  type Value,
} from '../../lib/template';

/** Where the templates are to be deployed. */
export interface TargetEnvironment {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
}

/** What is deployed already: the physical id of a resource, or undefined. */
export type DeployedIds = ReadonlyMap<string, string>;

/** The templates as they will be in one account and region, and what of them is deployed already. */
export class Target {
  public readonly assembly: Assembly;

  /**
   * @param assembly every template, with the environment that its app fixed, if it did
   * @param deployed physical ids by `Resource.key`
   */
  constructor(
    assembly: Assembly,
    public readonly environment: TargetEnvironment,
    private readonly deployed: DeployedIds = new Map(),
  ) {
    const { account, region } = environment;
    const sources = assembly.templates
      .filter(({ source }) => isFor(source, environment))
      .map(({ source }) => ({ ...source, account, region }));
    this.assembly = Assembly.of(...sources);
  }

  /** The physical id of a resource that is deployed already. */
  public physicalId(resource: Resource): string | undefined {
    return this.deployed.get(resource.key);
  }

  /** Resources of these types that the deployment will create. */
  public toCreate(...types: string[]): Resource[] {
    return this.assembly.ofType(...types).filter((resource) => this.physicalId(resource) === undefined);
  }

  /** A value as text, where nothing of it depends on the deployment. */
  public text(value: Value): string | undefined {
    const pieces = piecesOf(value)?.map((piece) => this.pieceText(piece));
    return pieces?.every((piece) => piece !== undefined) ? pieces.join('') : undefined;
  }

  /** Every possible text of a property. Values that only the deployment knows are left out. */
  public texts(resource: Resource, ...path: (string | number)[]): string[] {
    const known = resource
      .property(...path)
      .flatMap(({ value }) => listOf(value))
      .map((value) => this.text(value));
    return [...new Set(known)].filter((text) => text !== undefined);
  }

  private pieceText(piece: Value): string | undefined {
    if (typeof piece === 'string') return piece;
    if (piece instanceof Unresolved || !(piece instanceof Reference)) return undefined;
    const { partition } = this.environment;
    if (piece.logicalId === 'AWS::Partition') return partition;
    return piece.logicalId === 'AWS::URLSuffix' ? urlSuffix(partition) : undefined;
  }
}

/** Whether a template can be deployed to this account and region. */
export function isFor({ account, region }: TemplateSource, environment: TargetEnvironment): boolean {
  return (
    (account ?? environment.account) === environment.account && (region ?? environment.region) === environment.region
  );
}

function urlSuffix(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
