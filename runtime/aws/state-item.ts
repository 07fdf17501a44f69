import type { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** The attributes of an item in the state table, as DynamoDB has them. */
export type AttributeMap = NonNullable<ConditionalCheckFailedException['Item']>;

/** Seconds that an item stays after its expiry, so that a late poll or decision still finds it. */
export const KEEP_AFTER_EXPIRY_SECONDS = 7 * 24 * 3600;

export function keyOf({ pk, sk }: { readonly pk: string; readonly sk: string }): AttributeMap {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** @throws Error if the item has no text attribute of that name */
export function textOf(attributes: AttributeMap, name: string): string {
  const value = attributes[name]?.S;
  if (value === undefined) throw new Error(`The stored item has no text attribute ${name}.`);
  return value;
}

/** @throws Error if the item has no number attribute of that name */
export function numberOf(attributes: AttributeMap, name: string): number {
  const value = attributes[name]?.N;
  if (value === undefined) throw new Error(`The stored item has no number attribute ${name}.`);
  return Number(value);
}

/** The texts of a list attribute. Empty: the item has none of that name. */
export function textsOf(attributes: AttributeMap, name: string): string[] {
  return (attributes[name]?.L ?? []).map(({ S: text = '' }) => text);
}

/** Texts as a list attribute. */
export function textList(texts: readonly string[]): { readonly L: { readonly S: string }[] } {
  return { L: texts.map((text) => ({ S: text })) };
}
