import { alikeKey } from '../../../../runtime/core/approvals/alike-key';
import type { JsonValue, TargetKind, TargetManifest } from '../../../../runtime/core/contracts';

function keyOf(kind: TargetKind, to: JsonValue) {
  return alikeKey({ name: 'send', targets: [{ pointer: '/to', kind } as TargetManifest] }, { to });
}

describe('another spelling of a target is the same target', () => {
  test.each<[TargetKind, JsonValue, JsonValue]>([
    ['email', 'bob@example.com', 'Bob@Example.com'],
    ['email', 'bob@example.com', 'bob@example.com\u200b'],
    ['email', 'bob@example.com', ' bob@example.com\n'],
    ['email', 'bob@example.com', 'Bob Smith <bob@example.com>'],
    ['email', 'bob@example.com', '<bob@example.com>'],
    ['email', 'bob@example.com', 'mailto:bob@example.com'],
    ['account', 'DE89370400440532013000', 'de89 3704 0044 0532 0130 00'],
    ['account', '1234-5678', '12345678'],
    ['account', 1001, '1001'],
    ['account', 'A\u00ad-1001', 'a1001'],
    ['url', 'https://example.com/a', 'HTTPS://EXAMPLE.com:443/a/'],
    ['url', 'https://example.com/a', 'https://example.com/a#top'],
    ['name', 'ACME Corp', 'acme  corp'],
    ['name', 'ACME Corp', 'ACME\u00a0Corp\u200d'],
    ['person', 'Ann', '\uff21nn'],
    ['exact', 'x y', 'X\u2003y'],
    ['id', 'T-1', 't-1\u2060'],
    ['id', ['b', 'a', 'a'], ['a', 'b']],
  ])('of kind %s: %j and %j', (kind, one, other) => {
    expect(keyOf(kind, one)).toBe(keyOf(kind, other));
  });
});

describe('another target isn’t', () => {
  test.each<[TargetKind, JsonValue, JsonValue]>([
    ['email', 'bob@example.com', 'bob@example.org'],
    ['email', 'bob@example.com', 'Bob <alice@example.com>'],
    ['account', '1001', '1002'],
    ['url', 'https://example.com/a', 'https://example.com/b'],
    ['name', 'Ann', 'Anna'],
    ['exact', 'xy', 'x y'],
  ])('of kind %s: %j and %j', (kind, one, other) => {
    expect(keyOf(kind, one)).not.toBe(keyOf(kind, other));
  });
});

test('without targets no other call is alike', () => {
  expect(alikeKey({ name: 'send', targets: [] }, { to: 'x' })).toBeUndefined();
});
