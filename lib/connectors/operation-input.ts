import { Token } from 'aws-cdk-lib';
import type { InputValue } from '../../runtime/core/aws-operation';
import type { JsonValue } from '../../runtime/core/contracts';
import { canonicalize } from '../../runtime/core/json/canonicalize';
import { fromFactory } from '../private/props/from-factory';
import { given } from '../private/props/given';
import { instanceOf, listOf, mapOf, shape, text } from '../private/props/shape';

const NAME = text('orderId');
const CONSTANT = shape<unknown>(
  "a JSON value without tokens, such as 'All'",
  (value) => value !== null && !Token.isUnresolved(value) && isJson(value),
  (value) => (Token.isUnresolved(value) ? 'a value that is known only at deployment' : given(value)),
);

/** What fills a member of an AWS command's input. A member whose argument is left out is left out too. */
export class OperationInput {
  /** An argument of the call, as it is. */
  public static argument(argumentName: string): OperationInput {
    return fromFactory(OperationInput, 'OperationInput.argument', { argumentName: [NAME, argumentName] }, () =>
      OperationInput.of({ is: 'argument', name: argumentName }, argumentName),
    );
  }

  /** An argument of the call as text: a number as DynamoDB takes it, an object as canonical JSON. */
  public static text(argumentName: string): OperationInput {
    return fromFactory(OperationInput, 'OperationInput.text', { argumentName: [NAME, argumentName] }, () =>
      OperationInput.of({ is: 'text', name: argumentName }, argumentName),
    );
  }

  /**
   * The same for each call.
   * @param value a JSON value
   */
  public static constant(value: unknown): OperationInput {
    return fromFactory(OperationInput, 'OperationInput.constant', { value: [CONSTANT, value] }, () =>
      OperationInput.of({ is: 'constant', value: value as JsonValue }),
    );
  }

  /** The call as JSON: `{ v, connector, tool, requestId, sessionId, arguments }`. */
  public static call(): OperationInput {
    return OperationInput.of({ is: 'call' });
  }

  /** The id of the request, of at most 80 characters. It is the same if a call arrives twice: the right idempotency token. */
  public static requestId(): OperationInput {
    return OperationInput.of({ is: 'requestId' });
  }

  /** The id of the session. */
  public static sessionId(): OperationInput {
    return OperationInput.of({ is: 'sessionId' });
  }

  /** The ARN of the operation's resource. */
  public static resourceArn(): OperationInput {
    return OperationInput.of({ is: 'resource' });
  }

  /** The name of the operation's resource: of a table, an event bus, an identity. For an object in S3: its bucket. */
  public static resourceName(): OperationInput {
    return OperationInput.of({ is: 'resourceName' });
  }

  /** The key of the operation's resource, an object in S3. */
  public static objectKey(): OperationInput {
    return OperationInput.of({ is: 'objectKey' });
  }

  /** The address of the operation's resource, a queue. */
  public static queueUrl(): OperationInput {
    return OperationInput.of({ is: 'queueUrl' });
  }

  /** An object of such values. */
  public static object(members: { readonly [name: string]: OperationInput }): OperationInput {
    return fromFactory(OperationInput, 'OperationInput.object', { members: [INPUT_MEMBERS, members] }, () =>
      OperationInput.of(
        {
          is: 'object',
          members: Object.fromEntries(Object.entries(members).map(([name, { _value }]) => [name, _value])),
        },
        ...Object.values(members).flatMap(({ _arguments }) => _arguments),
      ),
    );
  }

  /** A list of such values. */
  public static list(items: OperationInput[]): OperationInput {
    return fromFactory(OperationInput, 'OperationInput.list', { items: [INPUT_ITEMS, items] }, () =>
      OperationInput.of(
        { is: 'list', items: items.map(({ _value }) => _value) },
        ...items.flatMap(({ _arguments }) => _arguments),
      ),
    );
  }

  private static of(value: InputValue, ...names: string[]): OperationInput {
    return new OperationInput(value, names);
  }

  private constructor(
    /** @internal */
    public readonly _value: InputValue,
    /** The arguments that it takes. @internal */
    public readonly _arguments: readonly string[],
  ) {}
}

const INPUT = instanceOf(OperationInput, "OperationInput.argument('orderId')");
const INPUT_ITEMS = listOf(INPUT, "OperationInput.argument('orderId')");
/** The members of an input. @internal */
export const INPUT_MEMBERS = mapOf(INPUT, '{ QueueUrl: OperationInput.queueUrl() }');

function isJson(value: unknown): boolean {
  try {
    // A token within a list or an object is written as a text with its number.
    return !/\$\{Token\[|#\{Token\[/.test(canonicalize(value as JsonValue));
  } catch {
    return false;
  }
}
