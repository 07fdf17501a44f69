import { generateKeyPairSync, sign } from 'node:crypto';
import { formatCheckpoint, parseCheckpoint } from '../../../../runtime/core/merkle/checkpoint';
import { hashLeaf, treeSize } from '../../../../runtime/core/merkle/hash';
import {
  checkNote,
  formatNote,
  formatVerifierKey,
  parseNote,
  parseVerifierKey,
  verifierKeyFromSpki,
} from '../../../../runtime/core/merkle/note';

// The key and note of Go's golang.org/x/mod/sumdb/note documentation.
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_NOTE =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
  '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

function newKey(name: string) {
  const pair = generateKeyPairSync('ed25519');
  const key = verifierKeyFromSpki(name, pair.publicKey.export({ format: 'der', type: 'spki' }));
  return { key, sign: (text: string) => formatNote(text, key, sign(null, Buffer.from(text), pair.privateKey)) };
}

describe('signed notes', () => {
  test('that Go signed verify, and its key text survives a round trip', () => {
    const key = parseVerifierKey(GO_KEY);
    expect(formatVerifierKey(key)).toBe(GO_KEY);
    expect(checkNote(parseNote(GO_NOTE), key)).toBe('valid');
    expect(checkNote(parseNote(GO_NOTE.replace('answer', 'anwser')), key)).toBe('invalid');
  });

  test('tell a foreign key of the same name from a missing signature', () => {
    const [mine, theirs, other] = [newKey('log'), newKey('log'), newKey('witness')];
    expect(checkNote(parseNote(mine.sign('text\n')), mine.key)).toBe('valid');
    expect(checkNote(parseNote(theirs.sign('text\n')), mine.key)).toBe('foreign_key');
    expect(checkNote(parseNote(other.sign('text\n')), mine.key)).toBe('unsigned');
  });

  test.each([
    '',
    'text\n',
    'text\n\n',
    'text\n\n- log AAAA\n',
    'text\n\n\u2014 log AAAA',
    'te\u0000xt\n\n\u2014 log AAAAAAA=\n',
  ])('malformed %j is refused', (message) => {
    expect(() => parseNote(message)).toThrow(RangeError);
  });

  test('a verifier key whose id is of another key is refused', () => {
    expect(() => parseVerifierKey(GO_KEY.replace('c74f20a3', 'c74f20a4'))).toThrow('another key');
    expect(() => parseVerifierKey('nothing')).toThrow(RangeError);
  });
});

describe('checkpoints', () => {
  test('survive a round trip', () => {
    const checkpoint = { origin: 'example.com/log', size: treeSize(20_852_163), root: hashLeaf('x') };
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  test.each([
    'log\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
    'log\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
    'log\n1\nCsUY\n',
    'log\n1\n',
    '\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
  ])('malformed %j is refused', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(RangeError);
  });
});
