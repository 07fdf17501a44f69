import { isNamed } from './named';

const named = (value: string, task: string) => isNamed('name', value, task);

describe('a name in the task', () => {
  test.each([
    ['Alice', 'Send it to Alice.'],
    ['Alice', 'Alice wants the report'],
    ['Alice', 'Invite Alice to the channel'],
    ['Alice', 'Check Alice’s inbox'],
    ['Riverside View Hotel', 'Reserve Riverside View Hotel for May'],
    ['Riverside View Hotel', "Reserve the 'Riverside View Hotel', please"],
    ['Riverside View Hotel', 'reserve riverside view hotel'],
    ['general', "Post in the 'general' channel"],
    ['general', 'Post in #general'],
    ['@alice', 'Send it to @alice'],
    ['alice', 'Send it to @alice'],
    ['Alice', 'Meet Alice Monday at 10'],
    ['Bob', 'Say hello: Bob, Alice and Eve'],
    ['Zoë', 'Write to Zoe\u0308'],
  ])('is %s in: %s', (value, task) => {
    expect(named(value, task)).toBe(true);
  });

  test.each([
    ['alice', 'Send it to Alice'],
    ['Alic', 'Send it to Alice'],
    ['Alice Smith', 'Send it to Alice'],
    ['Alice Smith', 'Send it to Alice, Smith and Co'],
    ['Alice Smith', 'Send it to Alice. Smith knows'],
    ['Alice', 'Send it to Alice Smith'],
    ['Smith', 'Send it to Alice Smith'],
    ['Riverside', 'Reserve Riverside View Hotel'],
    ['View Hotel', 'Reserve the Riverside View Hotel'],
    ['Bob', 'Send it to Alice, but not to Bob'],
    ['Bob', 'Tell everyone but Bob'],
    ['Аlice', 'Send it to Alice'],
    ['Alice ', 'Send it to Alice'],
    ['Alice  Smith', 'Send it to Alice Smith'],
    ['Alice\nSmith', 'Send it to Alice Smith'],
    ['1999', 'Send 1999 to Alice'],
    ['', 'Send it to Alice'],
    ['@', 'Meet @ 10'],
  ])('isn’t %j in: %s', (value, task) => {
    expect(named(value, task)).toBe(false);
  });
});
