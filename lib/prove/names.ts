import type { Part } from '../checks/facts/part';
import { piecesOf, Reference, type Resource, type Value } from '../template';
import { agentIdOf, withoutAgent } from './agent-ids';
import type { RuntimeParts } from './runtime-parts';

/** Writes values in the notation of `Right`: `{place}` for a resource, `<account>` for this account, `<agent>` for the part's agent. */
export class Names {
  private readonly account: string | undefined;
  private readonly region: string | undefined;
  private readonly foundNames: ReadonlyMap<string, string>;
  private readonly agentId: string | undefined;

  constructor(
    private readonly parts: RuntimeParts,
    role: Resource,
    private readonly part?: Part,
  ) {
    this.account = role.template.source.account;
    this.region = role.template.source.region;
    this.agentId = part && agentIdOf(part);
    this.foundNames = part === undefined ? new Map() : parts.foundNames(part);
  }

  /** All notations of a value. A resource may have several places for a part. */
  public of(value: Value): readonly string[] {
    let readings: readonly string[] = [''];
    for (const piece of piecesOf(value) ?? []) {
      const written =
        piece instanceof Reference ? this.nameOf(piece) : [typeof piece === 'string' ? this.plain(piece) : '?'];
      // The placeholder replaces the known beginning of a generated name, too.
      const start = piece instanceof Reference ? (/ after (.*)$/.exec(piece.attribute)?.[1] ?? '') : '';
      readings = readings.flatMap((before) =>
        written.map((end) => (before.endsWith(start) ? before.slice(0, before.length - start.length) : before) + end),
      );
    }
    return readings.map((reading) => this.short(reading));
  }

  private nameOf(reference: Reference): readonly string[] {
    if (reference.isPseudo) {
      const pseudo: { readonly [name: string]: string } = {
        'AWS::Partition': '<partition>',
        'AWS::Region': '<region>',
        'AWS::AccountId': '<account>',
      };
      return [pseudo[reference.logicalId] ?? '?'];
    }
    if (this.parts.isGuardrail(reference)) {
      return [`arn:<partition>:bedrock:<region>:<account>:guardrail/${reference.logicalId}`];
    }
    const places = this.parts.placesFor(this.part, reference);
    return places.length === 0 ? [`{unknown ${reference.logicalId}}`] : places.map((place) => `{${place}}`);
  }

  private plain(text: string): string {
    let plain = withoutAgent(text, this.agentId).replace(/^arn:aws[a-z-]*:/, 'arn:<partition>:');
    if (this.account !== undefined) plain = plain.replaceAll(this.account, '<account>');
    if (this.region !== undefined) plain = plain.replaceAll(this.region, '<region>');
    return plain;
  }

  /** Replaces the ARN around a placeholder, or around the name of an existing resource, by the placeholder. */
  private short(reading: string): string {
    for (const [name, place] of this.foundNames) {
      // An existing secret is named by its whole ARN.
      if (name.startsWith('arn:') && reading === this.plain(name)) return `{${place}}`;
      if (name.startsWith('arn:') && reading.startsWith(`${this.plain(name)}/`)) {
        return `{${place}}${reading.slice(this.plain(name).length)}`;
      }
      const bucket = `arn:<partition>:s3:::${name}`;
      if (reading === bucket || reading.startsWith(`${bucket}/`)) return `{${place}}${reading.slice(bucket.length)}`;
      const [, table, index = ''] =
        /^arn:<partition>:dynamodb:[^:]+:[^:]+:table\/([^/]+)(\/index\/[^/]+)?$/.exec(reading) ?? [];
      if (table === name) return `{${place}}${index}`;
    }
    return reading.replace(/^arn:<partition>:(s3:::|[a-z0-9-]+:<region>:<account>:[A-Za-z-]*[:/]?)\{/, '{');
  }
}
