import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { TEXTS } from './fitting-values';

const NAMES = ['a', 'b', 'c', 'kind'];
const PATTERNS = [
  'foo',
  '^foo',
  'foo$',
  '^T-[0-9]{1,3}$',
  '^a|b$',
  '^(?:a|b)c?',
  '[a-z]+',
  '^[a-z]+(-[a-z]+)*$',
  '^\\S+$',
  'a.b',
  '(^a|b$)',
];
const FORMATS = ['date', 'date-time', 'email', 'uuid', 'uri', 'ipv4', 'made-up', 'int32', 'idn-email'];

/** Random schemas as people and generators write them, of every keyword that 2020-12 and draft 7 have. */
export class ForeignSchemas {
  private readonly defs: [string, JsonObject][] = [];

  constructor(
    private readonly random: () => number,
    private readonly dialect: '2020-12' | 'draft-07',
  ) {}

  /** A tool's whole input. */
  document(): JsonObject {
    const top = this.chance(0.8) ? this.object(0) : (this.schema(0) as JsonObject);
    const names = ['X', 'Y'];
    for (const name of names) this.defs.push([name, this.schema(1) as JsonObject]);
    return { ...top, [this.dialect === '2020-12' ? '$defs' : 'definitions']: Object.fromEntries(this.defs) };
  }

  private chance(part: number): boolean {
    return this.random() < part;
  }

  private pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  private some<T>(values: readonly T[], part: number): T[] {
    return values.filter(() => this.chance(part));
  }

  schema(depth: number): JsonValue {
    if (this.chance(0.03)) return this.chance(0.7);
    const plain = this.plain(depth);
    if (depth > 3) return plain;
    return this.chance(0.35) ? this.combined(plain, depth) : plain;
  }

  private several(depth: number): JsonValue[] {
    return Array.from({ length: 1 + Math.floor(this.random() * 3) }, () => this.schema(depth + 1));
  }

  private combined(plain: JsonObject, depth: number): JsonObject {
    const bare = this.chance(0.6) ? {} : plain;
    const kind = this.pick(['anyOf', 'oneOf', 'allOf', 'null', 'ref', 'not', 'if', 'types', 'required']);
    switch (kind) {
      case 'null':
        return { anyOf: [plain, { type: 'null' }], default: null };
      case 'ref':
        return { ...bare, $ref: `#/${this.dialect === '2020-12' ? '$defs' : 'definitions'}/${this.pick(['X', 'Y'])}` };
      case 'not':
        return { ...plain, not: this.schema(depth + 2) };
      case 'if':
        return { ...plain, if: this.schema(depth + 2), then: this.schema(depth + 2), else: this.schema(depth + 2) };
      case 'types':
        return {
          ...plain,
          type: this.some(['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'], 0.4)
            .concat('string')
            .filter((type, at, all) => all.indexOf(type) === at),
        };
      case 'required':
        return { ...this.object(depth), [this.pick(['anyOf', 'oneOf'])]: [{ required: ['a'] }, { required: ['b'] }] };
      default:
        return { ...bare, [kind]: this.several(depth) };
    }
  }

  private plain(depth: number): JsonObject {
    const kind = this.pick(
      depth > 3
        ? ['string', 'integer', 'enum']
        : ['string', 'integer', 'number', 'boolean', 'object', 'array', 'enum', 'any'],
    );
    switch (kind) {
      case 'string':
        return this.string();
      case 'integer':
      case 'number':
        return this.number(kind);
      case 'object':
        return this.object(depth);
      case 'array':
        return this.array(depth);
      case 'enum':
        return this.chance(0.3)
          ? { const: this.pick<JsonValue>(['a', 'b', 1, true, null]) }
          : { enum: this.some<JsonValue>(['a', 'b', 'foo', 1, 2, 1.5, null, true, []], 0.4).concat('c') };
      case 'any':
        return this.chance(0.5) ? {} : { minLength: 1, minimum: 1 };
      default:
        return { type: 'boolean', ...(this.chance(0.2) ? { nullable: true } : {}) };
    }
  }

  private string(): JsonObject {
    const schema: JsonObject = { type: 'string' };
    if (this.chance(0.1)) delete schema.type;
    if (this.chance(0.3)) schema.maxLength = this.pick([0, 1, 3, 100, 5000]);
    if (this.chance(0.2)) schema.minLength = this.pick([0, 1, 2, 4]);
    if (this.chance(0.25)) schema.pattern = this.pick(PATTERNS);
    if (this.chance(0.15)) schema.format = this.pick(FORMATS);
    if (this.chance(0.1)) schema.enum = [this.pick(TEXTS), 'a'];
    if (this.chance(0.1)) schema.default = 'a';
    return schema;
  }

  private number(type: string): JsonObject {
    const schema: JsonObject = { type };
    if (this.chance(0.3)) schema.minimum = this.pick([-10, 0, 1, 1.5]);
    if (this.chance(0.3)) schema.maximum = this.pick([2, 10, 100]);
    if (this.chance(0.1)) schema.exclusiveMinimum = this.pick([0, 1]);
    if (this.chance(0.1)) schema.exclusiveMaximum = this.pick([3, 10]);
    if (this.chance(0.15)) schema.multipleOf = this.pick([1, 2, 0.1, 0.01, 0.00001, 5]);
    if (this.chance(0.1)) schema.format = this.pick(['int32', 'float', 'double', 'made-up']);
    if (this.chance(0.05)) schema.enum = [1, 2, 1.5];
    return schema;
  }

  private object(depth: number): JsonObject {
    const properties = Object.fromEntries(this.some(NAMES, 0.5).map((name) => [name, this.schema(depth + 1)]));
    const schema: JsonObject = { type: 'object', properties };
    if (this.chance(0.05)) delete schema.type;
    if (this.chance(0.5)) schema.required = this.some(NAMES, 0.3);
    if (this.chance(0.4))
      schema.additionalProperties = this.pick<JsonValue>([false, false, true, this.schema(depth + 2)]);
    if (this.chance(0.07)) schema.patternProperties = { [this.pick(['^a', 'b', '^k.*d$'])]: this.schema(depth + 2) };
    if (this.chance(0.07))
      schema.propertyNames = this.pick<JsonValue>([{ enum: ['a', 'b'] }, { pattern: '^[ab]' }, { maxLength: 2 }]);
    if (this.chance(0.05)) schema.minProperties = this.pick([0, 1, 2]);
    if (this.chance(0.05)) schema.maxProperties = this.pick([1, 3]);
    if (this.chance(0.08)) this.dependency(schema, depth);
    if (this.dialect === '2020-12' && this.chance(0.05)) schema.unevaluatedProperties = false;
    return schema;
  }

  private dependency(schema: JsonObject, depth: number): void {
    const [key, needed] = [this.pick(NAMES), this.pick(NAMES)];
    if (this.dialect === 'draft-07')
      schema.dependencies = { [key]: this.chance(0.5) ? [needed] : this.schema(depth + 2) };
    else if (this.chance(0.5)) schema.dependentRequired = { [key]: [needed] };
    else schema.dependentSchemas = { [key]: this.schema(depth + 2) };
  }

  private array(depth: number): JsonObject {
    const schema: JsonObject = { type: 'array' };
    if (this.chance(0.9)) schema.items = this.schema(depth + 1);
    if (this.chance(0.2)) schema.maxItems = this.pick([0, 1, 3, 500]);
    if (this.chance(0.2)) schema.minItems = this.pick([0, 1, 2]);
    if (this.chance(0.15)) schema.uniqueItems = true;
    if (this.chance(0.08)) schema.contains = this.schema(depth + 2);
    if (!this.chance(0.12)) return schema;
    if (this.dialect === '2020-12') {
      schema.prefixItems = this.several(depth);
      if (this.chance(0.4)) schema.items = false;
      if (this.chance(0.2)) schema.unevaluatedItems = false;
    } else {
      schema.items = this.several(depth);
      if (this.chance(0.4)) schema.additionalItems = this.pick<JsonValue>([false, this.schema(depth + 2)]);
    }
    return schema;
  }
}
