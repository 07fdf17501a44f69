import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';

/** A schema, and values of it that the transformed schema must take: within the stated bounds, without null, without undeclared keys. */
export interface Exemplary {
  readonly schema: JsonObject;
  readonly examples: readonly JsonValue[];
}

/** Random schemas of the kinds that servers list, each written in one of the ways in which people write it. */
export class ExemplarySchemas {
  private readonly definitions: [string, JsonValue][] = [];

  constructor(
    private readonly random: () => number,
    private readonly keyword: '$defs' | 'definitions',
  ) {}

  document(): Exemplary {
    const { schema, examples } = this.object(0);
    return { schema: { ...schema, [this.keyword]: Object.fromEntries(this.definitions) }, examples };
  }

  private chance(part: number): boolean {
    return this.random() < part;
  }

  private pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  /** One schema, written in another way that means the same for the examples. */
  private written({ schema, examples }: Exemplary): Exemplary {
    return { schema: this.disguised(schema), examples };
  }

  private disguised(schema: JsonObject): JsonObject {
    switch (
      this.pick([
        'as it is',
        'as it is',
        'null',
        'types',
        'nullable',
        'allOf',
        'ref',
        'only',
        'notes',
        'not null',
        'null last',
      ])
    ) {
      case 'null':
        return { anyOf: [schema, { type: 'null' }], default: null, title: 'A title' };
      case 'null last':
        return { oneOf: [{ type: 'null' }, schema] };
      case 'types':
        return typeof schema.type === 'string' && schema.enum === undefined
          ? { ...schema, type: [schema.type, 'null'] }
          : schema;
      case 'nullable':
        return schema.type === undefined ? schema : { ...schema, nullable: true };
      case 'allOf':
        return { allOf: [schema], description: 'Described beside it' };
      case 'ref': {
        const name = `D${this.definitions.length}~x/y`;
        this.definitions.push([name, schema]);
        const pointer = name.replace(/~/g, '~0').replace(/\//g, '~1');
        return { $ref: `#/${this.keyword}/${this.chance(0.5) ? encodeURIComponent(pointer) : pointer}` };
      }
      case 'only':
        return { [this.pick(['anyOf', 'oneOf'])]: [schema] };
      case 'notes':
        return { ...schema, title: 'T', examples: [1], 'x-order': 1, $comment: 'c', deprecated: true, readOnly: false };
      case 'not null':
        return { ...schema, not: { type: 'null' } };
      default:
        return schema;
    }
  }

  private any(depth: number): Exemplary {
    const kinds = ['string', 'integer', 'number', 'boolean', 'enum', 'pattern', 'format', 'constants', 'numbers'];
    switch (this.pick(depth > 2 ? kinds : [...kinds, 'object', 'array', 'listOrOne', 'discriminated'])) {
      case 'string':
        return this.string();
      case 'integer':
        return {
          schema: { type: 'integer', minimum: -5, ...(this.chance(0.5) ? { maximum: 1000 } : {}) },
          examples: [0, -5, 1000],
        };
      case 'number':
        return this.number();
      case 'enum':
        return {
          schema: { enum: ['a', 'b', 'a'], ...(this.chance(0.5) ? { type: 'string' } : {}) },
          examples: ['a', 'b'],
        };
      case 'constants':
        return {
          schema: {
            [this.pick(['anyOf', 'oneOf'])]: [
              { const: 'x', title: 'X' },
              { type: 'string', enum: ['y', 'z'] },
            ],
          },
          examples: ['x', 'y', 'z'],
        };
      case 'pattern':
        return this.pick<Exemplary>([
          { schema: { type: 'string', pattern: 'foo' }, examples: ['foo', 'a foo\nb'] },
          { schema: { type: 'string', pattern: '^a|b$' }, examples: ['ax', 'xb', 'a\nb'] },
          { schema: { type: 'string', pattern: '^T-[0-9]{1,3}$', maxLength: 20 }, examples: ['T-1', 'T-123'] },
        ]);
      case 'format':
        return this.pick<Exemplary>([
          { schema: { type: 'string', format: 'date' }, examples: ['2026-01-02'] },
          { schema: { type: 'string', format: 'uri' }, examples: ['https://a.example/x?y=z'] },
          { schema: { type: 'string', format: 'made-up' }, examples: ['anything'] },
          { schema: { type: 'integer', format: 'int64' }, examples: [4711] },
        ]);
      case 'numbers':
        return { schema: { anyOf: [{ type: 'integer' }, { type: 'number' }] }, examples: [1, 1.5] };
      case 'object':
        return this.object(depth + 1);
      case 'array':
        return this.array(depth);
      case 'listOrOne': {
        const { schema, examples } = this.string();
        const alternatives = [schema, { type: 'array', items: schema }];
        return {
          schema: { anyOf: this.chance(0.5) ? alternatives : alternatives.reverse() },
          examples: [[...examples], []],
        };
      }
      case 'discriminated':
        return this.discriminated();
      default:
        return { schema: { type: 'boolean', default: false }, examples: [true, false] };
    }
  }

  private string(): Exemplary {
    return this.pick<Exemplary>([
      { schema: { type: 'string' }, examples: ['', 'x', 'é\n\u{1f600}', 'x'.repeat(10_000)] },
      { schema: { type: 'string', minLength: 1, maxLength: 20_000 }, examples: ['x', 'x'.repeat(20_000)] },
      { schema: { minLength: 2 }, examples: ['xy'] },
    ]);
  }

  private number(): Exemplary {
    return this.pick<Exemplary>([
      { schema: { type: 'number' }, examples: [0, 0.0001, -19.99, 123456.7891] },
      { schema: { type: 'number', multipleOf: 0.1 }, examples: [0.3, 7, -1.1] },
      { schema: { type: 'number', exclusiveMinimum: 0, maximum: 1 }, examples: [0.5, 1] },
    ]);
  }

  private array(depth: number): Exemplary {
    const item = this.written(this.any(depth + 1));
    const bounds: JsonObject = this.chance(0.3) ? { minItems: 1, maxItems: 200 } : {};
    const many = Array.from({ length: bounds.maxItems === undefined ? 100 : 200 }, () => this.pick(item.examples));
    // A long list of long texts is no example of a call.
    const small = JSON.stringify(many).length < 20_000 ? [many] : [];
    return {
      schema: { type: 'array', items: item.schema, ...bounds },
      examples: [[this.pick(item.examples)], ...small],
    };
  }

  private discriminated(): Exemplary {
    const { schema, examples } = this.string();
    const variant = (kind: string): JsonObject => ({
      type: 'object',
      properties: { kind: { const: kind }, value: schema },
      required: ['kind', 'value'],
      additionalProperties: false,
    });
    const value = examples[0] ?? '';
    return {
      schema: {
        [this.pick(['anyOf', 'oneOf'])]: [variant('p'), variant('q')],
        discriminator: { propertyName: 'kind' },
      },
      examples: [
        { kind: 'p', value },
        { kind: 'q', value },
      ],
    };
  }

  private object(depth: number): Exemplary {
    const names = ['alpha', 'beta', 'constructor', 'required', 'properties', 'type'].filter(() => this.chance(0.5));
    const members = names.map((name) => ({ name, required: this.chance(0.4), ...this.written(this.any(depth + 1)) }));
    const schema: JsonObject = {
      type: 'object',
      properties: Object.fromEntries(members.map(({ name, schema: property }) => [name, property])),
      required: members.filter(({ required }) => required).map(({ name }) => name),
    };
    if (this.chance(0.3)) schema.additionalProperties = this.pick<JsonValue>([false, true, {}, { type: 'string' }]);
    if (this.chance(0.2)) schema.patternProperties = { '^x-': {} };
    const filled = (all: boolean) =>
      Object.fromEntries(
        members
          .filter(({ required }) => all || required || this.chance(0.5))
          .map(({ name, examples }) => [name, this.pick(examples)]),
      );
    // An object without declared keys is a map, and refused unless it is the whole input.
    if (members.length === 0 && depth > 0) return this.string();
    return { schema, examples: [filled(true), filled(false), filled(false)] };
  }
}
