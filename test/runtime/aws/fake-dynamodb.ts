import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;
interface Expressions {
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Item;
}
interface Write extends Expressions {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
}

/**
 * One table in memory. Each write is atomic, as in DynamoDB, and arrives after a delay, so that concurrent
 * callers interleave. It knows the expressions that this project writes, and throws on any other.
 */
export class FakeDynamoDb {
  readonly items = new Map<string, Item>();

  constructor(private readonly delay: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve))) {}

  get client(): DynamoDBClient {
    return { send: (command: unknown) => this.send(command) } as unknown as DynamoDBClient;
  }

  private async send(command: unknown): Promise<unknown> {
    await this.delay();
    const answer = this.apply(command);
    await this.delay();
    return answer;
  }

  private apply(command: unknown): unknown {
    if (command instanceof GetItemCommand) return { Item: copy(this.items.get(keyOf(command.input.Key as Item))) };
    if (command instanceof PutItemCommand || command instanceof UpdateItemCommand) {
      const write = command.input as Write;
      if (!this.holds(write)) {
        const Item =
          command.input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
            ? copy(this.items.get(keyOf((write.Key ?? write.Item) as Item)))
            : undefined;
        throw new ConditionalCheckFailedException({ message: 'condition', $metadata: {}, Item });
      }
      return { Attributes: copy(this.write(write)) };
    }
    if (command instanceof DeleteItemCommand) {
      const write = command.input as Write;
      if (!this.holds(write)) throw new ConditionalCheckFailedException({ message: 'condition', $metadata: {} });
      this.items.delete(keyOf(write.Key as Item));
      return {};
    }
    if (command instanceof TransactWriteItemsCommand) return this.transact(command.input.TransactItems ?? []);
    if (command instanceof QueryCommand) {
      const { KeyConditionExpression: key = '', FilterExpression: filter, Limit } = command.input;
      // By the sort key of the one index there is; an item without its key isn't in it.
      const found = [...this.items.values()].filter((item) => holds(key, item, command.input));
      found.sort((a, b) => Number(a.expiresAt?.N ?? 0) - Number(b.expiresAt?.N ?? 0));
      const page = found.slice(0, Limit);
      return { Items: page.filter((item) => !filter || holds(filter, item, command.input)).map(copy) };
    }
    throw new Error('The fake knows no such command.');
  }

  private transact(parts: { Put?: unknown; Update?: unknown; Delete?: unknown }[]): unknown {
    const failed = parts.map((part) => !this.holds((part.Put ?? part.Update ?? part.Delete) as Write));
    if (failed.includes(true)) {
      throw new TransactionCanceledException({
        message: 'cancelled',
        $metadata: {},
        CancellationReasons: failed.map((one) => ({ Code: one ? 'ConditionalCheckFailed' : 'None' })),
      });
    }
    for (const part of parts) {
      if (part.Delete) this.items.delete(keyOf((part.Delete as Write).Key as Item));
      else this.write((part.Put ?? part.Update) as Write);
    }
    return {};
  }

  private holds(write: Write): boolean {
    const current = this.items.get(keyOf((write.Key ?? write.Item) as Item));
    return write.ConditionExpression === undefined || holds(write.ConditionExpression, current, write);
  }

  private write(write: Write): Item {
    const key = keyOf((write.Key ?? write.Item) as Item);
    const next = write.Item ? { ...write.Item } : updated({ ...write.Key, ...this.items.get(key) }, write);
    this.items.set(key, next);
    return next;
  }
}

function keyOf(item: Item): string {
  return `${item.pk?.S}|${item.sk?.S}`;
}

function copy<T>(value: T): T {
  return value === undefined ? value : structuredClone(value);
}

function updated(item: Item, write: Write): Item {
  const next = { ...item };
  for (const [, verb = '', list = ''] of (write.UpdateExpression ?? '').matchAll(
    /(SET|ADD|REMOVE|DELETE) (.*?)(?= SET | ADD | REMOVE | DELETE |$)/g,
  )) {
    for (const clause of list.split(/, (?![^(]*\))/)) {
      const [name = '', value] = clause.split(verb === 'SET' ? ' = ' : ' ');
      const attribute = attributeOf(name, write);
      const [, kept, otherwise = ''] = /^if_not_exists\((\S+), (\S+)\)$/.exec(value ?? '') ?? [];
      if (kept) {
        next[attribute] = next[attributeOf(kept, write)] ?? givenBy(otherwise, write);
        continue;
      }
      const given = value === undefined ? undefined : givenBy(value, write);
      if (verb === 'REMOVE') delete next[attribute];
      else if (verb === 'DELETE') {
        const left = (next[attribute]?.SS ?? []).filter((each) => !given?.SS?.includes(each));
        if (left.length > 0) next[attribute] = { SS: left };
        else delete next[attribute];
      } else if (verb === 'SET' && given) next[attribute] = given;
      else if (given?.SS) next[attribute] = { SS: [...new Set([...(next[attribute]?.SS ?? []), ...given.SS])] };
      else if (given) next[attribute] = { N: String(Number(next[attribute]?.N ?? 0) + Number(given.N)) };
    }
  }
  return next;
}

function holds(expression: string, item: Item | undefined, by: Expressions): boolean {
  if (expression.includes(' OR ')) return expression.split(' OR ').some((part) => holds(part, item, by));
  return expression.split(' AND ').every((part) => {
    const [, not, exists] = /^attribute_(not_)?exists\((\S+)\)$/.exec(part) ?? [];
    if (exists) return (item?.[attributeOf(exists, by)] === undefined) === (not === 'not_');
    const [, excluded, list, element = ''] = /^(NOT )?contains\((\S+), (\S+)\)$/.exec(part) ?? [];
    if (list) {
      const value = item?.[attributeOf(list, by)];
      const wanted = givenBy(element, by).S ?? '';
      const held = value?.SS?.includes(wanted) || value?.L?.some(({ S }) => S === wanted) || false;
      return held !== (excluded !== undefined);
    }
    const [, begun, beginning = ''] = /^begins_with\((\S+), (\S+)\)$/.exec(part) ?? [];
    if (begun) return item?.[attributeOf(begun, by)]?.S?.startsWith(givenBy(beginning, by).S ?? '') ?? false;
    const [, sized, most = ''] = /^size\((\S+)\) < (\S+)$/.exec(part) ?? [];
    if (sized) {
      // The size of an attribute that isn't there compares to nothing.
      const held = item?.[attributeOf(sized, by)]?.SS;
      return held !== undefined && held.length < Number(givenBy(most, by).N);
    }
    const [, among, values = ''] = /^(\S+) IN \(([^)]+)\)$/.exec(part) ?? [];
    if (among) {
      const current = item?.[attributeOf(among, by)]?.S;
      return values.split(', ').some((value) => givenBy(value, by).S === current);
    }
    const [, compared, operator, value = ''] = /^(\S+) (=|>|<) (\S+)$/.exec(part) ?? [];
    if (!compared) throw new Error(`The fake can't read "${part}".`);
    const current = item?.[attributeOf(compared, by)];
    const given = givenBy(value, by);
    if (current === undefined) return false;
    if (operator === '=') return JSON.stringify(current) === JSON.stringify(given);
    return operator === '>' ? Number(current.N) > Number(given.N) : Number(current.N) < Number(given.N);
  });
}

function attributeOf(name: string, by: Expressions): string {
  if (!name.startsWith('#')) return name;
  const real = by.ExpressionAttributeNames?.[name];
  if (real === undefined) throw new Error(`${name} is not declared.`);
  return real;
}

function givenBy(name: string, by: Expressions): AttributeValue {
  const value = by.ExpressionAttributeValues?.[name];
  if (value === undefined) throw new Error(`${name} is not declared.`);
  return value;
}
